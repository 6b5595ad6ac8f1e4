import { asBuffer } from '@elves/schemas/codec/codec.ts'
import { bytesOf } from '../../eventing/encoded-event.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'

/** Returns true if the list of events finds an event by a text, in whatever texts its data has. Symbols of enums are no texts: they are stored as numbers. */
export function isFoundByText(recorded: RecordedEvent, text: string): boolean {
  return hasText(recorded.event.data, text) && asBuffer(bytesOf(recorded).data).includes(text)
}

/** Returns true if a text in this value contains another; names of fields do not count. */
export function hasText(value: unknown, text: string): boolean {
  if (typeof value === 'string') return value.includes(text)
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return false
  return Object.values(value).some((inner) => hasText(inner, text))
}
