import { agentStream } from '@elves/core/domain/agent/agent.ts'
import { agentIpAggregate } from '@elves/core/domain/agent-ip/agent-ip.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { formatPosition } from '@elves/core/eventing/position.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { expect, test } from 'vitest'
import { agentChanges } from '../agents/changes.ts'
import { features } from '../features.ts'
import { taskChanges } from '../tasks/changes.ts'
import { type Change, transitionsOf } from './change.ts'
import { ChangeFold } from './change-fold.ts'
import { followed } from './followed.ts'

const kinds = features.flatMap(({ changes = [] }) => changes)

test.each([{}, { agentId: 'a' }])('an event of an aggregate that no feature follows changes nothing, whatever its data', async (data) => {
  const recorded = {
    id: '00000000-0000-0000-0000-000000000000',
    stream: 'unknown-X',
    version: 0,
    position: formatPosition('00000001', 1),
    recordedAt: 0,
    event: { type: 'UnknownHappened', data },
  } as unknown as RecordedEvent
  // There are no read models, because the fold must not read anything for this event.
  const { value } = await new ChangeFold({} as ReadModels, kinds, 1_000).changes([recorded]).next()
  expect(value).toMatchObject({ recorded, transitions: new Map(), unreadable: null })
})

test('kinds are folded each for itself, however many there are', async () => {
  const [ann, ben] = ['a'.repeat(32), 'b'.repeat(32)]
  const lastClaims = followed({
    name: 'lastClaim',
    of: [agentIpAggregate],
    evolve: (view: { readonly owners: readonly string[] } | null, _ip, { event }) => ({ owners: [...(view?.owners ?? []), event.data.agentId] }),
  })
  const claimed = (version: number, agentId: string, previousAgentId: string | null) =>
    ({
      id: '00000000-0000-0000-0000-000000000000',
      stream: 'agentip-10.0.0.1',
      version,
      position: formatPosition('00000001', version + 1),
      recordedAt: 0,
      event: { type: 'AgentIpClaimed', data: { ip: '10.0.0.1', agentId, previousAgentId } },
    }) as unknown as RecordedEvent
  const streamEvents = async () => ({ edges: [], endCursor: null, hasNextPage: false, unreadable: [], bytes: 0 })
  const fold = new ChangeFold({ streamEvents } as unknown as ReadModels, [...kinds, lastClaims], 10_000)
  const changes: Change[] = []
  for await (const change of fold.changes([claimed(0, ann, null), claimed(1, ben, ann)])) changes.push(change)
  expect(changes.map((change) => transitionsOf(change, lastClaims).map(({ after }) => after.owners))).toEqual([[[ann]], [[ann, ben]]])
  expect(changes.map((change) => transitionsOf(change, agentChanges).map(({ after }) => [after.id, after.ip]))).toEqual([
    [[ann, '10.0.0.1']],
    [
      [ben, '10.0.0.1'],
      [ann, ''],
    ],
  ])
  expect(changes.map((change) => transitionsOf(change, taskChanges))).toEqual([[], []])
})

test('a view that fits is kept, however many kinds share the bytes', async () => {
  const facts = (version: number) =>
    ({
      id: '00000000-0000-0000-0000-000000000000',
      stream: agentStream('a'.repeat(32)),
      version,
      position: formatPosition('00000001', version + 1),
      recordedAt: 0,
      event: {
        type: version === 0 ? 'AgentRegistered' : 'AgentFactsChanged',
        data: { agentId: 'a'.repeat(32), ip: '10.0.0.1', facts: { name: 'n'.repeat(6_000), version: '', platform: '', labels: {}, apps: [] } },
      },
    }) as unknown as RecordedEvent
  const log = Array.from({ length: 10 }, (_, version) => facts(version))
  let reads = 0
  const streamEvents = async (stream: string) => {
    reads++
    const nodes = log.filter((event) => event.stream === stream)
    return { edges: nodes.map((node) => ({ cursor: '', node })), endCursor: null, hasNextPage: false, unreadable: [], bytes: 0 }
  }
  const fold = new ChangeFold({ streamEvents } as unknown as ReadModels, kinds, 10_000)
  for await (const change of fold.changes(log.slice(1, 2))) expect(transitionsOf(change, agentChanges)).toHaveLength(1)
  const readsOfFirst = reads
  for await (const change of fold.changes(log.slice(2))) expect(transitionsOf(change, agentChanges)).toHaveLength(1)
  expect(reads).toBe(readsOfFirst)
})
