import type { RefusalCode } from '@elves/core/foundation/codes.ts'

/** Refusals of a hello, over either link. */
export const linkRefusals: readonly RefusalCode[] = [
  'AGENT_DUPLICATE',
  'AGENT_ID_INVALID',
  'AGENT_IP_INVALID',
  'AGENT_IP_TAKEN',
  'AGENT_KEY_INVALID',
  'AGENT_KEY_MISMATCH',
  'AGENT_KEY_MISSING',
  'AGENT_PENDING',
  'AGENT_REVOKED',
  'JOIN_TOKEN_EXPIRED',
  'JOIN_TOKEN_INVALID',
  'JOIN_TOKEN_REVOKED',
  'JOIN_TOKEN_USED_UP',
  'LINK_SESSION_UNKNOWN',
  'PROTOCOL_VERSION_UNSUPPORTED',
]

const passing: ReadonlySet<RefusalCode> = new Set<RefusalCode>(['AGENT_DUPLICATE', 'AGENT_IP_TAKEN', 'AGENT_PENDING'])

/** Returns true if the same hello may succeed later: the other agent may leave, but a wrong token stays wrong. */
export function maySucceedLater(code: RefusalCode): boolean {
  return passing.has(code)
}
