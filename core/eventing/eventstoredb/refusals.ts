import { ElvesError } from '../../foundation/errors.ts'
import { retrying } from '../../foundation/waiting.ts'

/**
 * gRPC status codes that a repetition of the call does not cure: INVALID_ARGUMENT (also an append that is too large),
 * PERMISSION_DENIED, RESOURCE_EXHAUSTED (a message that is too large), FAILED_PRECONDITION (a deleted stream),
 * UNIMPLEMENTED, UNAUTHENTICATED. All others pass: a node without a leader also answers UNKNOWN.
 */
const lasting: ReadonlySet<unknown> = new Set([3, 7, 8, 9, 12, 16])
const unavailable = 14
const unauthenticated = 16
const denied: ReadonlySet<unknown> = new Set([7, unauthenticated])

/** What Node says of a certificate that it does not take. */
const ofCertificate =
  /self[- ]signed certificate|unable to (?:verify|get)[a-z ]* certificate|certificate has expired|does not match certificate|not in the cert/i

/** The right that a call needs, added to its error by the call. */
export interface Needs {
  readonly needs?: string
}

/** Returns true if a node was reached and its certificate is not taken: no repetition cures that while a program starts. */
export function isCertificateRefused(error: unknown): boolean {
  return ofCertificate.test(reasonOf(error))
}

/** Returns true if the error of a call of the client may pass by itself: no connection, no leader, a restart, a deadline. */
export function isPassingRefusal(error: unknown): boolean {
  if (error instanceof ElvesError) return error.canRetry
  if (error instanceof TypeError || error instanceof RangeError) return false
  return !lasting.has(codeOf(error))
}

/** Returns true if no node was reached, or none that works: UNAVAILABLE, or the client's search for a node had no result. */
export function isAway(error: unknown): boolean {
  return codeOf(error) === unavailable || /^Failed to discover/.test(reasonOf(error))
}

const nodeRetry = { firstMs: 100, longestMs: 2_000, giveUpMs: 10_000, isPassing: isPassingRefusal }

/**
 * Repeats a call while no node answers as leader (a restart takes a second or two, an election a few). Throws
 * STORE_UNAVAILABLE after 10 s.
 */
export async function untilNodeAnswers<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await retrying(call, nodeRetry)
  } catch (error) {
    throw isPassingRefusal(error) ? nodeUnavailable(error) : asRefusal(error)
  }
}

function nodeUnavailable(cause: unknown): ElvesError {
  const what = isCertificateRefused(cause) ? certificateRefused(cause).message : `EventStoreDB does not answer: ${reasonOf(cause)}`
  return new ElvesError('STORE_UNAVAILABLE', what, {
    canRetry: true,
    cause,
    facts: { away: 'EventStoreDB' },
  })
}

function asRefusal(cause: unknown): ElvesError {
  if (cause instanceof ElvesError) return cause
  if (denied.has(codeOf(cause))) return new ElvesError('CONFIG_INVALID', denial(cause), { cause })
  return new ElvesError('INTERNAL', `EventStoreDB refused a call: ${reasonOf(cause)}`, { cause })
}

/** The user's part of the guide EventStoreDB says how each right is given. */
function denial(cause: unknown): string {
  const { needs } = cause as Needs
  const whom = 'EventStoreDB refuses the user of ELVES_EVENTSTOREDB_URL'
  if (codeOf(cause) === unauthenticated) return `${whom}: it does not know the user, or the password is wrong`
  return needs ? `${whom}: the user, if the password is right, lacks the right to ${needs}` : whom
}

export function certificateRefused(cause: unknown): ElvesError {
  const [reason = ''] = ofCertificate.exec(reasonOf(cause)) ?? []
  const remedy = 'name the certificate of its authority by tlsCAFile=… in ELVES_EVENTSTOREDB_URL, and a host that the certificate names'
  return new ElvesError('CONFIG_INVALID', `the certificate of EventStoreDB is not trusted (${reason}): ${remedy}`, { cause })
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
