/**
 * The link protocol's constants, for the agent and for the center. The messages are in this folder's schemas, the rules in
 * docs/contracts/worker-protocol.md and ADRs. A change here changes what agents of earlier releases meet.
 */

/** The one version of the link protocol that center and agent speak. */
export const protocolVersion = 1

/** Largest frame, either way. */
export const frameBytes = 1024 * 1024

/** A frame's own header and counts take no more than this. */
export const frameHeaderBytes = 32

/** Returns the bytes that an encoded message takes in a frame: itself and its length. */
export function bytesInFrame(message: Uint8Array): number {
  return message.length + 5
}

/** As `agentClockMs` of a CenterPong: it answers no ping; the center asks whether the agent's process is still there. */
export const askedByCenter = -1

/** The header of a Kafka record that names the session which it belongs to. */
export const sessionHeader = 'session'

/** Ids of boots, journals and sessions. They go into columns of Postgres, which has no NUL, and into names: agents make them of visible ASCII. */
export const linkIdPattern = /^[!-~]{1,128}$/

/** An app is a folder name on the agent: no separators, no leading dot, nothing that a shell or a file system reads as more than a name. */
export const appNamePattern = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u

/** WebSocket close codes that a gateway gives; the reason is the code of the platform. */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  tooLarge: 1009,
  internal: 1011,
  tryAgainLater: 1013,
  frameInvalid: 4400,
  refused: 4403,
  helloTimeout: 4408,
  replaced: 4409,
  silent: 4410,
  congested: 4411,
} as const

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes]
