import { randomBytes } from 'node:crypto'
import { endOfString } from '@elves/core/foundation/json-text.ts'

/** Where the text of a value stands in an answer before {@link withTexts}. Nobody outside can know it, so no text of a client is taken for one. */
const mark = randomBytes(16).toString('hex')

/**
 * A JSON value as its text: JavaScript would round its numbers and put its keys in another order, and to parse or write
 * it would recurse as deep as it nests.
 */
export class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toJSON(): string {
    return mark + this.text
  }
}

/** As `JSON.stringify`, each {@link JsonText} with its text as it is. */
export function jsonOf(value: unknown): string {
  return withTexts(JSON.stringify(value))
}

/** What somebody else's `JSON.stringify` made of a value, now with the text of each {@link JsonText} in its place. */
export function withTexts(json: string): string {
  const marked = `"${mark}`
  let at = json.indexOf(marked)
  if (at < 0) return json
  const parts: string[] = []
  let from = 0
  while (at >= 0) {
    const end = endOfString(json, at)
    parts.push(json.slice(from, at), (JSON.parse(json.slice(at, end)) as string).slice(mark.length))
    from = end
    at = json.indexOf(marked, end)
  }
  return parts.join('') + json.slice(from)
}
