import { createHash } from 'node:crypto'
import type { ProcessExit, TaskOutput, Value } from '@elves/schemas/generated/types.ts'
import type { TaskEvent } from './events.ts'

/** A shorter text takes hardly more than the reference that would stand for it. */
export const largeValueBytes = 256

/**
 * Returns an event with a reference (SHA-256 and size) in place of each large text that somebody sent or a run printed; the same
 * object if it has none. All else of the event stays. Also takes the data as an earlier release wrote it, which lacks fields.
 */
export function withoutLargeValues<Event extends TaskEvent>(event: Event): Event {
  const data = event.data as { readonly param?: Value | null; readonly output?: TaskOutput | null }
  const param = data.param ? agedValue(data.param) : data.param
  const output = data.output ? agedOutput(data.output) : data.output
  if (param === data.param && output === data.output) return event
  return { ...event, data: { ...event.data, ...(data.param && { param }), ...(data.output && { output }) } }
}

function agedOutput(output: TaskOutput): TaskOutput {
  const message = agedValue(output.message)
  const printed = output.printed ? agedText(output.printed) : output.printed
  const exit = output.exit ? agedExit(output.exit) : output.exit
  return message === output.message && printed === output.printed && exit === output.exit ? output : { ...output, message, printed, exit }
}

function agedExit(exit: ProcessExit): ProcessExit {
  const standardError = exit.standardError ? agedText(exit.standardError) : exit.standardError
  return standardError === exit.standardError ? exit : { ...exit, standardError }
}

function agedText(text: string): string {
  return isLarge(text) ? `[aged out: ${told(referenceTo(text))}]` : text
}

function agedValue(value: Value): Value {
  if (value.inline === null || !isLarge(value.inline)) return value
  return { inline: null, encrypted: null, reference: referenceTo(value.inline) }
}

function isLarge(text: string): boolean {
  return Buffer.byteLength(text) > largeValueBytes
}

function referenceTo(text: string): NonNullable<Value['reference']> {
  return { sha256: createHash('sha256').update(text).digest('hex'), byteCount: Buffer.byteLength(text) }
}

function told({ sha256, byteCount }: NonNullable<Value['reference']>): string {
  return `${byteCount} bytes, SHA-256 ${sha256}`
}
