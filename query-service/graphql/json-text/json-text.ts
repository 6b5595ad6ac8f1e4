import { randomBytes } from 'node:crypto'
import { endOfString } from '@elves/core/foundation/json-text.ts'

/** Marks the text of a value in an answer until {@link withTexts} replaces it. It is random, so a client's text is never taken for a mark. */
const mark = randomBytes(16).toString('hex')

/**
 * A JSON value kept as its text: JavaScript would round its numbers and reorder its keys, and parsing or writing it
 * would recurse as deep as it nests.
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

/** Like `JSON.stringify`, but writes each {@link JsonText} as its own text. */
export function jsonOf(value: unknown): string {
  return withTexts(JSON.stringify(value))
}

/** Takes the output of `JSON.stringify` and puts the text of each {@link JsonText} in its place. */
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
