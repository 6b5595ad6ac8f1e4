import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'

/** An event in the tree of what one request caused. */
export interface CausedEvent {
  readonly event: RecordedEvent
  /** Id of the event above it; null: it is at the top. */
  readonly parentId: string | null
  /** 0 at the top. */
  readonly depth: number
  /** Since the event above it was stored; at the top, since the first event. */
  readonly afterMs: number
  /** Since the first event was stored. */
  readonly sinceStartMs: number
}

/**
 * Returns the events of one correlation id, which come in the order of the log, as a tree: each event before those that it caused, and
 * those in the order of the log. Above an event is the one that it names as its cause, else the one before it in its stream.
 */
export function causedTree(events: readonly RecordedEvent[]): readonly CausedEvent[] {
  const [first] = events
  if (!first) return []
  const earlier = new Set<string>()
  const lastOfStream = new Map<string, string>()
  const below = new Map<string | null, RecordedEvent[]>()
  for (const event of events) {
    const cause = event.context.causationId
    // A cause may be no event, or one that another request caused.
    const parent = cause !== null && earlier.has(cause) ? cause : (lastOfStream.get(event.stream) ?? null)
    below.set(parent, [...(below.get(parent) ?? []), event])
    earlier.add(event.id)
    lastOfStream.set(event.stream, event.id)
  }
  const tree: CausedEvent[] = []
  const open = [...(below.get(null) ?? [])].reverse().map((event) => ({ event, parent: null as RecordedEvent | null, depth: 0 }))
  for (let next = open.pop(); next; next = open.pop()) {
    const { event, parent, depth } = next
    const { recordedAt } = event
    const times = { afterMs: recordedAt - (parent ?? first).recordedAt, sinceStartMs: recordedAt - first.recordedAt }
    tree.push({ event, parentId: parent?.id ?? null, depth, ...times })
    for (const child of [...(below.get(event.id) ?? [])].reverse()) open.push({ event: child, parent: event, depth: depth + 1 })
  }
  return tree
}
