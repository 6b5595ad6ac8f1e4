import type { IncomingHttpHeaders } from 'node:http'

/** The form in the W3C recommendation; a value of another form is ignored. */
const pattern = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-[\x21-\x7e]{1,64})?$/

/** Returns the headers of a request that are copied to its events. */
export function traceOf({ traceparent }: IncomingHttpHeaders): { readonly traceparent?: string } {
  return typeof traceparent === 'string' && pattern.test(traceparent) ? { traceparent } : {}
}
