import { isUtf8 } from 'node:buffer'
import { ElvesError } from '../foundation/errors.ts'

/**
 * Returns bytes from outside as text. Throws ENCODING_INVALID if they are not UTF-8: Node's own decoding would insert
 * replacement characters, and the platform would run a task with another parameter than the one that was sent.
 */
export function utf8Text(bytes: Uint8Array, what = 'the request'): string {
  if (!isUtf8(bytes)) throw new ElvesError('ENCODING_INVALID', `${what} is not UTF-8`)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

/** Returns the parameters of a query string or a form. Throws ENCODING_INVALID with the `name` of the first one that is not UTF-8. */
export function formParameters(form: Uint8Array): URLSearchParams {
  const bytes = Buffer.from(form.buffer, form.byteOffset, form.byteLength)
  for (const pair of bytes.toString('latin1').split('&')) {
    if (isUtf8(Buffer.from(pair, 'latin1')) && isUtf8(percentDecoded(pair))) continue
    const name = pair.split('=', 1)[0] ?? ''
    throw new ElvesError('ENCODING_INVALID', `the parameter ${/^\w{1,64}$/.test(name) ? name : '(name)'} is not UTF-8`, { facts: { name } })
  }
  return new URLSearchParams(bytes.toString('utf8'))
}

/** Returns the query string of a request as {@link formParameters} does. Node accepts only ASCII in a URL. */
export function queryParameters(url: string): URLSearchParams {
  const start = url.indexOf('?')
  return formParameters(Buffer.from(start === -1 ? '' : url.slice(start + 1), 'latin1'))
}

function percentDecoded(latin1: string): Buffer {
  const decoded = latin1.replace(/%([0-9a-f]{2})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(decoded, 'latin1')
}
