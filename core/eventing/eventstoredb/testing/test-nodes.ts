import { EventStoreNode, type NodeOptions } from '@elves/tests/eventstoredb/event-store-node.ts'
import { NodeLog } from '@elves/tests/eventstoredb/node-log.ts'
import { type Logger, silentLogger } from '../../../foundation/log.ts'
import type { EventStore, RecordedEvent } from '../../event-store.ts'
import { eventStoreDbEventStore } from '../eventstoredb-event-store.ts'

/** For tests: doubles of EventStoreDB on one log, and stores on them. */
export class TestNodes {
  readonly log = new NodeLog()
  readonly #nodes: EventStoreNode[] = []
  readonly #stores: EventStore[] = []

  async start(options: Partial<NodeOptions> = {}): Promise<EventStoreNode> {
    const node = await EventStoreNode.start({ log: this.log, ...options })
    this.#nodes.push(node)
    return node
  }

  /** Opens a store, as a process does. */
  async open(on: readonly EventStoreNode[], logger: Logger = silentLogger): Promise<EventStore> {
    const hosts = on.map(({ port }) => `127.0.0.1:${port}`).join(',')
    const store = await eventStoreDbEventStore({ connectionString: `esdb://${hosts}?tls=false`, logger })
    this.#stores.push(store)
    return store
  }

  async end(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()))
    for (const node of this.#nodes) node.kill()
  }
}

/** Reads from the first event on, until the last event of `stream` has come. */
export function followUntil(store: EventStore, stream: string) {
  const abort = new AbortController()
  const events: RecordedEvent[] = []
  const run = async () => {
    for await (const batch of store.subscribe({ after: null, signal: abort.signal, batchSize: 50 })) {
      events.push(...batch.events)
      if (batch.events.some((event) => event.stream === stream)) abort.abort()
    }
    return events
  }
  return { events, ended: run() }
}
