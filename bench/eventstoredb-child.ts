import { EventStoreNode } from '@elves/tests/eventstoredb/event-store-node.ts'
import { NodeLog } from '@elves/tests/eventstoredb/node-log.ts'

/**
 * A double of EventStoreDB in a process of its own. It answers each message with its port and what its clients asked for; `leave` kills
 * the node, `return` starts it again on its port, `drops N` drops N subscriptions a second from then on, `ids` asks for the
 * ids of the platform's events.
 */
const log = new NodeLog()
let node = await EventStoreNode.start({ log })
const { port } = node
const ours = () => log.records.filter(({ stream }) => stream.startsWith('elves.'))
const report = (more: object = {}) =>
  process.send?.({ port, connections: node.countsByConnection, drops: node.counts.drops, events: ours().length, ...more })
process.on('message', async (message) => {
  if (message === 'leave') node.kill()
  if (message === 'return') node = await EventStoreNode.start({ log, port })
  const drops = /^drops (\d+)$/.exec(String(message))
  if (drops) node.dropSteadily(Number(drops[1]))
  report(message === 'ids' ? { ids: ours().map(({ id }) => id) } : {})
})
process.on('SIGTERM', () => process.exit(0))
report()
