import { EventStoreNode } from '@elves/tests/eventstoredb/event-store-node.ts'
import { NodeLog } from '@elves/tests/eventstoredb/node-log.ts'

/** A double of EventStoreDB in a process of its own; reports its port, and what its clients asked for when it is asked. */
const log = new NodeLog()
const node = await EventStoreNode.start({ log })
const report = () =>
  process.send?.({
    port: node.port,
    connections: node.countsByConnection,
    events: log.records.filter(({ stream }) => stream.startsWith('elves.')).length,
  })
process.on('message', report)
process.on('SIGTERM', () => process.exit(0))
report()
