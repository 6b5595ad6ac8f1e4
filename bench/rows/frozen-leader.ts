import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { NewEvent } from '@elves/core/eventing/event-store.ts'
import { eventStoreDbEventStore } from '@elves/core/eventing/eventstoredb/eventstoredb-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { EventStoreNode } from '@elves/tests/eventstoredb/event-store-node.ts'
import { NodeLog } from '@elves/tests/eventstoredb/node-log.ts'
import type { OwnRow } from '../bench.ts'
import { figure } from '../figure.ts'

/**
 * Two doubles of a node, of which the one that leads stands still and the other one leads from then on: until an append that was asked
 * for in that moment is answered, and until another process's reader, which only reads, has its event. The election is not in it.
 */
export const frozenLeader: OwnRow = {
  names: ['eventstoredb-frozen-leader-append', 'eventstoredb-frozen-leader-reader'],
  async measure({ runs, progress }) {
    const appends: number[] = []
    const readers: number[] = []
    for (let run = 0; run < runs; run++) {
      progress(`a leader that stands still, run ${run + 1} of ${runs}`)
      const { append, reader } = await frozen()
      appends.push(append)
      readers.push(reader)
    }
    return [figure('eventstoredb-frozen-leader-append', 's', appends, []), figure('eventstoredb-frozen-leader-reader', 's', readers, [])]
  },
}

async function frozen(): Promise<{ readonly append: number; readonly reader: number }> {
  const log = new NodeLog()
  const cluster: { leader?: EventStoreNode } = {}
  const leader = () => cluster.leader as EventStoreNode
  const nodes = [await EventStoreNode.start({ log, leader }), await EventStoreNode.start({ log, leader })]
  const [one, other] = nodes as [EventStoreNode, EventStoreNode]
  cluster.leader = one
  const open = () =>
    eventStoreDbEventStore({ connectionString: `esdb://127.0.0.1:${one.port},127.0.0.1:${other.port}?tls=false`, logger: silentLogger })
  const [writer, reading] = [await open(), await open()]
  const stopping = new AbortController()
  const waiting = new Map<string, () => void>()
  const following = (async () => {
    for await (const { events } of reading.subscribe({ after: null, signal: stopping.signal })) for (const { id } of events) waiting.get(id)?.()
  })()
  const arrival = (id: string) => new Promise<void>((resolve) => waiting.set(id, resolve))
  try {
    const [first, last] = [sample(), sample()]
    const isFollowing = arrival(first.id)
    await writer.append([{ stream: 'task-first', expectedVersion: -1, events: [first] }])
    await isFollowing
    one.isFrozen = true
    cluster.leader = other
    const startedAt = performance.now()
    const seconds = () => (performance.now() - startedAt) / 1000
    const reader = arrival(last.id).then(seconds)
    await writer.append([{ stream: 'task-last', expectedVersion: -1, events: [last] }])
    return { append: seconds(), reader: await reader }
  } finally {
    stopping.abort()
    await Promise.all([following, writer.close(), reading.close()])
    for (const node of nodes) node.kill()
  }
}

function sample(): NewEvent {
  return {
    id: randomUUID(),
    event: { type: 'TaskStarted', data: { agentId: 'a'.repeat(32), app: 'bench', attempt: 1, happenedAt: Date.now() } },
    context: { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: randomUUID(), causationId: null, metadata: {} },
  }
}
