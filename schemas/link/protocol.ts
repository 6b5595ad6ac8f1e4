/**
 * The link protocol's constants, for the agent and for the center. The messages are in this folder's schemas, the rules
 * in docs/contracts/worker-protocol.md and ADRs. A change here affects agents of earlier releases.
 */

/** The only version of the link protocol so far. */
export const protocolVersion = 1

/** Largest frame, in either direction. */
export const frameBytes = 1024 * 1024

/** A frame's own header and counts take no more than this. */
export const frameHeaderBytes = 32

/** Returns the bytes that an encoded message takes in a frame: itself and its length. */
export function bytesInFrame(message: Uint8Array): number {
  return message.length + 5
}

/** Value of `agentClockMs` in a CenterPong that answers no ping: the center asks whether the agent's process still answers. */
export const askedByCenter = -1

/** The header of a Kafka record that names its session. */
export const sessionHeader = 'session'

/** Ids of boots, journals and sessions: visible ASCII, because they become part of names and of columns in Postgres, which allows no NUL. */
export const linkIdPattern = /^[!-~]{1,128}$/

/** An app's name is a folder name on the agent: no separators, no leading dot, no characters that are special to a shell or a file system. */
export const appNamePattern = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u

/** An app's version is part of folder names and of addresses. */
export const appVersionPattern = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/

/** Limits of what a worker is called with. The center checks what clients ask for, the agent what its own crons say. */
export const callLimits = {
  appLength: 128,
  funcLength: 128,
  proxyLength: 512,
  paramBytes: 64 * 1024,
  /**
   * How deep arrays and objects may nest: the smallest default limit of the JSON parsers of worker languages
   * (System.Text.Json 64, Ruby 100, serde_json 128, PHP 512, Python about 1 000).
   */
  paramDepth: 64,
  timeoutMs: 2_147_483_000,
} as const

/** Longest id of an agent's own cron, in UTF-16 units. */
export const cronIdLength = 64

/** What an agent tells of its cron.json: at most so many entries, each of their other texts (comment, rule, error) at most so long. */
export const ownCronLimits = { entries: 256, textLength: 256 } as const

/** How long after its instant a run of an agent's own cron may start: it waits so long for a free slot. */
export const cronRunStartMs = 60_000

/** WebSocket close codes of a gateway; the close reason is an error code of the platform. */
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

/** Limits of the labels of an agent, wherever they come from; lengths in UTF-16 units. */
export const labelLimits = { labels: 64, nameLength: 128, valueLength: 256 } as const
