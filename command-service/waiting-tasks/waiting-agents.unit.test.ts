import type { DomainEvent } from '@elves/core/domain/events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { expect, test } from 'vitest'
import { waitingAgents } from './waiting-agents.ts'

const recorded = (event: DomainEvent) => ({ event }) as RecordedEvent
const connected = (agentId: string) =>
  recorded({
    type: 'AgentConnected',
    data: { agentId, sessionId: 's', bootId: 'b', journalId: 'j', gatewayId: 'g', remoteAddress: '', clockOffsetMs: 0 },
  })
const waiting = (agentId: string, reason: 'QUEUE' | 'AGENT' | 'LIMIT' | 'APPROVAL') =>
  recorded({ type: 'TaskWaiting', data: { agentId, app: 'a', attempt: 1, reason, notBefore: null, startBefore: null } })
const acknowledged = recorded({ type: 'TaskAcknowledged', data: { agentId: 'a', app: 'a', attempt: 1, happenedAt: 1 } })

test('gathers the agents of what concerns waiting tasks, until somebody takes them', () => {
  const news = waitingAgents()
  expect(news.observe([acknowledged, waiting('a', 'QUEUE')])).toBe(false)
  expect(news.take()).toEqual({ agentIds: new Set(), areNewTasks: false, turns: [] })
  expect(news.observe([connected('a'), acknowledged, connected('b'), connected('a')])).toBe(true)
  expect(news.take()).toEqual({ agentIds: new Set(['a', 'b']), areNewTasks: false, turns: [] })
  expect(news.observe([waiting('c', 'AGENT')])).toBe(true)
  expect(news.take()).toEqual({ agentIds: new Set(['c']), areNewTasks: true, turns: [] })
  expect(news.take()).toEqual({ agentIds: new Set(), areNewTasks: false, turns: [] })
})

test('a task that waits for its turn or an approval is new, and no look at its agent; its turn is told of apart', () => {
  const news = waitingAgents()
  expect(news.observe([waiting('a', 'LIMIT'), waiting('b', 'APPROVAL')])).toBe(true)
  news.turns(['T1', 'T2'])
  expect(news.take()).toEqual({ agentIds: new Set(), areNewTasks: true, turns: ['T1', 'T2'] })
  expect(news.take().turns).toEqual([])
})

test('keeps no more than its limit where nobody takes them, and then means all', () => {
  const news = waitingAgents(2)
  news.observe(['a', 'b', 'c', 'd'].map(connected))
  expect(news.take().agentIds).toBe('ALL')
  news.observe([connected('e')])
  expect(news.take().agentIds).toEqual(new Set(['e']))
})
