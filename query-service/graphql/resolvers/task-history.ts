import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { cursorOf, placeOf } from '@elves/core/read-models/paging/cursor.ts'
import type { Page, PageRequest } from '@elves/core/read-models/read-models.ts'

/** A page of a stream that is at hand. Its cursors are the read model's own of that stream: paging can go on there. */
export function historyOf(events: readonly RecordedEvent<TaskEvent>[], { first, after }: PageRequest): Page<RecordedEvent> {
  const from = after === null ? 0 : placeOf('stream', after) + 1
  const edges = events.slice(from, from + first).map((node) => ({ cursor: cursorOf('stream', node.version), node }))
  return { edges, hasNextPage: from + first < events.length }
}

/** Cuts a page where the task that it belongs to was folded no further. */
export function historyUpTo(version: number, page: Page<RecordedEvent>): Page<RecordedEvent> {
  const last = page.edges.at(-1)
  if (!last || last.node.version < version) return page
  return { edges: page.edges.filter(({ node }) => node.version <= version), hasNextPage: false }
}
