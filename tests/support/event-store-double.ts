import { EventStoreNode, type NodeOptions } from '../eventstoredb/event-store-node.ts'
import { NodeLog } from '../eventstoredb/node-log.ts'

/** A double of EventStoreDB in this process, for a platform in others. */
export interface EventStoreDouble {
  /** For ELVES_EVENTSTOREDB_URL. */
  readonly url: string
  readonly node: EventStoreNode
  readonly log: NodeLog
  stop(): void
}

export async function eventStoreDouble(options: Partial<NodeOptions> = {}): Promise<EventStoreDouble> {
  const log = new NodeLog()
  const node = await EventStoreNode.start({ log, ...options })
  return { url: `esdb://127.0.0.1:${node.port}?tls=false`, node, log, stop: () => node.kill() }
}
