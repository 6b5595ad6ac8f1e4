import type { IncomingHttpHeaders } from 'node:http'

/** As the W3C's recommendation has it: one that is not well-formed is passed over. */
const pattern = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[\x21-\x7e]{1,64})?$/

/** The part of a request's headers that goes along to its events. */
export function traceOf({ traceparent }: IncomingHttpHeaders): { readonly traceparent?: string } {
  return typeof traceparent === 'string' && pattern.test(traceparent) ? { traceparent } : {}
}
