import { Slices } from '@elves/core/foundation/slices.ts'
import type { Answer } from './executor.ts'
import { JsonText } from './json-text/json-text.ts'
import { maxAnswerBytes, tooLarge } from './limits/answer-budget.ts'

/** Twice the limit of rows: field names and small values may take as much again as the rows, and aliases may repeat a large value. */
const mostCharacters = 2 * maxAnswerBytes

/** Writes an answer as JSON, in slices of time so that other work gets its turn. Throws ANSWER_TOO_LARGE. */
export async function answerText({ data, errors }: Answer): Promise<string> {
  const parts: string[] = []
  const slices = new Slices()
  let length = 0
  for (const part of partsOf(data)) {
    parts.push(part)
    length += part.length
    if (length > mostCharacters) throw tooLarge()
    await slices.rest()
  }
  const members = [data === undefined ? [] : [`"data":${parts.join('')}`], errors === undefined ? [] : [`"errors":${JSON.stringify(errors)}`]]
  return `{${members.flat().join(',')}}`
}

function* partsOf(value: unknown): Generator<string, void> {
  if (value instanceof JsonText) yield value.text
  else if (typeof value !== 'object' || value === null) yield JSON.stringify(value) ?? 'null'
  else if (Array.isArray(value)) yield* partsOfList(value)
  else yield* partsOfObject(value)
}

function* partsOfList(list: readonly unknown[]): Generator<string, void> {
  let mark = '['
  for (const item of list) {
    yield mark
    yield* partsOf(item)
    mark = ','
  }
  yield mark === '[' ? '[]' : ']'
}

function* partsOfObject(object: object): Generator<string, void> {
  let mark = '{'
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined) continue
    yield `${mark}${JSON.stringify(name)}:`
    yield* partsOf(value)
    mark = ','
  }
  yield mark === '{' ? '{}' : '}'
}
