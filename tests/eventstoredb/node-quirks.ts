import { Metadata, type ServiceError, status } from '@grpc/grpc-js'

/** What the double does as a real server does it, and a simpler one would not. */
export interface NodeQuirks {
  /** Most events that may wait for a live subscriber before its subscription is dropped; null: the server reads them again from its store. */
  readonly waitingMost: number | null
  /** False: `BatchAppend` is not there. */
  readonly hasBatchAppends: boolean
  /** True: reads of a stream do not give the events' positions in the log. */
  readonly hidesPositions: boolean
  /** Most calls at once on one connection. */
  readonly callsAtOnce: number
  /** Most bytes of an append. */
  readonly appendBytesMost: number
}

const usual: NodeQuirks = { waitingMost: 32, hasBatchAppends: true, hidesPositions: false, callsAtOnce: 100, appendBytesMost: 1024 * 1024 }

/** By release, as it was seen of real servers. 20.10 was not tried: what it lacks is what the client's documentation says. */
export const releases = {
  '20.10': { ...usual, hasBatchAppends: false, hidesPositions: true },
  '22.10': usual,
  '24.6': { ...usual, waitingMost: null },
} satisfies Readonly<Record<string, NodeQuirks>>

/** Refusals of whole calls, as status, text and trailers. */
export const refusals = {
  notReady: () => failure(status.UNAVAILABLE, 'Server Is Not Ready'),
  tooSlow: (phase: 'live' | 'transitioning to live') =>
    failure(status.ABORTED, `Operation timed out: Consumer too slow to handle event while ${phase}. Client resubscription required.`),
  notLeader: (port: number) =>
    failure(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': '127.0.0.1',
      'leader-endpoint-port': String(port),
    }),
  tooLarge: (most: number) =>
    failure(status.INVALID_ARGUMENT, `Maximum Append Size of ${most} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(most),
    }),
  deleted: (stream: string) =>
    failure(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, { exception: 'stream-deleted', 'stream-name': stream }),
  denied: () => failure(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }),
  noMetadata: () => failure(status.INVALID_ARGUMENT, 'Required Metadata Property is missing'),
  noSuchCall: () => failure(status.UNIMPLEMENTED, 'Method is unimplemented.'),
  unknown: (reason: string) => failure(status.UNKNOWN, reason),
}

function failure(code: status, details: string, trailers: Readonly<Record<string, string>> = {}): Partial<ServiceError> {
  const metadata = new Metadata()
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value)
  return Object.assign(new Error(details), { code, details, metadata })
}
