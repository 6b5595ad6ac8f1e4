import { randomUUID } from 'node:crypto'
import type { DomainEvent } from '@elves/core/domain/events.ts'
import { scheduleStream } from '@elves/core/domain/schedule/schedule.ts'
import { noTaskOptions } from '@elves/core/domain/task/options.ts'
import type { Append, EventStore } from '@elves/core/eventing/event-store.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import { generatedAgent, generatedIp, generatedScheduleId, generatedSchedules } from './mix.ts'

/** Writes schedules that are paused, so that the platform beside has nothing to do for them; every tenth is deleted. */
export async function generateSchedules(store: Pick<EventStore, 'append'>): Promise<void> {
  await store.append(Array.from({ length: generatedSchedules }, (_, index) => scheduleLife(index)))
}

function scheduleLife(index: number): Append {
  const context: EventContext = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: randomUUID(), causationId: null, metadata: {} }
  const { startWithinMs, retry } = noTaskOptions
  const when = { rule: '0 0/5 * * * ?', timeZone: 'UTC', startsAt: null, endsAt: null, misfire: 'SKIP', misfireGraceMs: 0, overlap: 'ALLOW' } as const
  const what = { agent: generatedIp(index), agentId: generatedAgent(index), app: `app-${index % 20}`, func: 'noop', param: null, proxy: null }
  const terms = { processor: false, timeoutMs: 0, startWithinMs, retry, isPaused: true, since: Date.now(), idempotencyKey: null, requestHash: null }
  const events: DomainEvent[] = [{ type: 'ScheduleCreated', data: { name: `schedule ${index}`, ...when, ...what, ...terms } }]
  if (index % 10 === 9) events.push({ type: 'ScheduleDeleted', data: { at: Date.now(), idempotencyKey: null } })
  return {
    stream: scheduleStream(generatedScheduleId(index)),
    expectedVersion: -1,
    events: events.map((event) => ({ id: randomUUID(), event, context })),
  }
}
