import type { RefusalCode } from '@elves/core/foundation/codes.ts'

/** Refusals of a hello, over either link. */
export const linkRefusals: readonly RefusalCode[] = [
  'AGENT_DUPLICATE',
  'AGENT_ID_INVALID',
  'AGENT_IP_INVALID',
  'AGENT_IP_TAKEN',
  'JOIN_TOKEN_INVALID',
  'LINK_SESSION_UNKNOWN',
  'PROTOCOL_VERSION_UNSUPPORTED',
]
