import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'

const pageSize = 500

/** All events of a stream, as far as the read models have them. */
export async function wholeStream(readModels: ReadModels, stream: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = []
  let after: string | null = null
  while (true) {
    const page = await readModels.streamEvents(stream, { first: pageSize, after })
    for (const { node } of page.edges) events.push(node)
    after = page.edges.at(-1)?.cursor ?? null
    if (!page.hasNextPage || after === null) return events
  }
}
