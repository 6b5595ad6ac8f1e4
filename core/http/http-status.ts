import { type Code, codes } from '../foundation/codes.ts'

const statuses: { readonly [C in Code]?: number } = {
  UNAUTHENTICATED: 401,
  ORIGIN_FORBIDDEN: 403,
  NOT_FOUND: 404,
  VERSION_CONFLICT: 409,
  OVERLOADED: 503,
  STORE_UNAVAILABLE: 503,
  COMMAND_SERVICE_UNAVAILABLE: 503,
  SHUTTING_DOWN: 503,
  READ_MODEL_BEHIND: 503,
  BAD_REQUEST: 400,
  ENCODING_INVALID: 400,
  REQUEST_TOO_SLOW: 408,
  METHOD_NOT_ALLOWED: 405,
  PERSISTED_QUERY_NOT_SUPPORTED: 400,
  CURSOR_INVALID: 400,
  POSITION_INVALID: 400,
  POSITION_UNKNOWN: 400,
  QUERY_TOO_COMPLEX: 400,
  TOO_MANY_TASKS: 400,
  PAGE_TOO_LARGE: 400,
  ANSWER_TOO_LARGE: 400,
}

/** Returns the HTTP status of a code, for endpoints that use statuses: GraphQL and REST v2 answer 200 and carry the code inside. */
export function httpStatus(code: Code): number {
  return statuses[code] ?? (codes[code].kind === 'refusal' ? 422 : 500)
}
