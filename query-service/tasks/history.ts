import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { cursorOf, placeOf } from '@elves/core/read-models/paging/cursor.ts'
import { largestPageBytes, type Page, type PageRequest } from '@elves/core/read-models/paging/page.ts'
import { jsonBytes } from '../read-side/sizes.ts'

/** Makes a page from events in memory. Its cursors are those of the read model, so the next page can come from there. */
export function historyOf(
  events: readonly RecordedEvent<TaskEvent>[],
  { first, after, maxBytes = largestPageBytes }: PageRequest,
): Page<RecordedEvent> {
  const from = after === null ? 0 : placeOf('stream', after) + 1
  const edges: { cursor: string; node: RecordedEvent }[] = []
  let bytes = 0
  for (const node of events.slice(from, from + first)) {
    const eventBytes = jsonBytes(node)
    if (edges.length > 0 && bytes + eventBytes > maxBytes) break
    edges.push({ cursor: cursorOf('stream', node.version), node })
    bytes += eventBytes
  }
  return { edges, endCursor: edges.at(-1)?.cursor ?? null, hasNextPage: from + edges.length < events.length, unreadable: [], bytes }
}

/** Cuts a page at the version up to which the task was folded. */
export function historyUpTo(version: number, page: Page<RecordedEvent>): Page<RecordedEvent> {
  const last = page.edges.at(-1)
  if (!last || last.node.version < version) return page
  const edges = page.edges.filter(({ node }) => node.version <= version)
  return { ...page, edges, endCursor: edges.at(-1)?.cursor ?? null, hasNextPage: false }
}

/** Leaves events out of a page; the next page begins where it would. */
export function without(page: Page<RecordedEvent>, isOut: (event: RecordedEvent) => boolean): Page<RecordedEvent> {
  return { ...page, edges: page.edges.filter(({ node }) => !isOut(node)) }
}
