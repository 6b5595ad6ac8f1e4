import { endOfString } from '@elves/core/foundation/json-text.ts'
import { tooComplex } from './document-limits.ts'

/** Most bytes of memory for the values of one body, not counting their texts. */
const maxValueBytes = 64 * 1024 * 1024
/** Measured: an empty array takes 32 bytes, an empty object 56, a place in either 8. */
const bytesOf = { bracket: 48, comma: 8 }
/** Shorter bodies can't contain too many values, so they are not counted. */
const shortBody = 1024 * 1024

const [quote, comma, bracket, brace] = [0x22, 0x2c, 0x5b, 0x7b]

/** Checks a body before it is parsed. Throws QUERY_TOO_COMPLEX if its many small values would take far more memory than its text. */
export function checkValues(text: string): void {
  if (text.length < shortBody) return
  let bytes = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === quote) at = endOfString(text, at) - 1
    else if (char === comma) bytes += bytesOf.comma
    else if (char === bracket || char === brace) bytes += bytesOf.bracket
  }
  if (bytes > maxValueBytes) throw tooComplex('the body has too many values')
}
