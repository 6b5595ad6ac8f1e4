import { randomUUID } from 'node:crypto'
import { scheduleStream } from '@elves/core/domain/schedule/schedule.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { chunks } from '@elves/core/foundation/chunks.ts'
import { randomHexId } from '@elves/core/foundation/ids.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { EventContext, ScheduleCreated } from '@elves/schemas/generated/types.ts'
import type { GraphqlClient } from './graphql-client.ts'

/** What the rows of schedules share: making one over GraphQL, and many through the store's own port. */

const create = 'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { schedule { id } refusal { code message } } }'
const atOnce = 1_000

interface Answer {
  readonly createSchedule: { readonly schedule: { readonly id: string } | null; readonly refusal: object | null }
}

/** Makes a schedule of a rule in UTC; returns its id. */
export async function makeSchedule(client: GraphqlClient, agent: string | undefined, rule: string): Promise<string> {
  const input = { rule, timeZone: 'UTC', agent, app: 'bench', func: 'noop' }
  const { createSchedule } = await client.request<Answer>(create, { input })
  if (!createSchedule.schedule) throw new Error(`a schedule was refused: ${JSON.stringify(createSchedule.refusal)}`)
  return createSchedule.schedule.id
}

/**
 * Writes `count` schedules of one rule in UTC, spread over the agents, as command-service would: 100 000 calls would take longer than
 * what is measured. Resolves when they are durable.
 */
export async function writeSchedules(databaseUrl: string, agentIds: readonly string[], rule: string, count: number): Promise<void> {
  const store = await postgresEventStore({ connectionString: databaseUrl, logger: silentLogger })
  try {
    for (const some of chunks(
      Array.from({ length: count }, (_, index) => agentIds[index % agentIds.length] ?? ''),
      atOnce,
    )) {
      const results = await store.append(
        some.map((agent) => ({
          stream: scheduleStream(randomHexId()),
          expectedVersion: -1,
          events: [{ id: randomUUID(), event: { type: 'ScheduleCreated', data: created(agent, rule) }, context: context() }],
        })),
      )
      if (results.some(({ ok }) => !ok)) throw new Error('a schedule was not written')
    }
  } finally {
    await store.close()
  }
}

function created(agent: string, rule: string): ScheduleCreated {
  const task = { agent, agentId: agent, app: 'bench', func: 'noop', param: null, proxy: null, processor: false, timeoutMs: 90_000 }
  const timing = { rule, timeZone: 'UTC', startsAt: null, endsAt: null, misfire: 'FIRE_ONCE', misfireGraceMs: 300_000, overlap: 'ALLOW' } as const
  const more = { name: null, startWithinMs: 30_000, retry: null, isPaused: false, idempotencyKey: null, requestHash: null }
  return { ...task, ...timing, ...more, since: Date.now() }
}

function context(): EventContext {
  return { actor: { kind: 'LOCAL', id: 'bench', name: null }, correlationId: randomUUID(), causationId: null, metadata: {} }
}

/** The rule that fires once, at an instant. */
export function ruleAt(instant: number): string {
  const at = new Date(instant)
  const time = `${at.getUTCSeconds()} ${at.getUTCMinutes()} ${at.getUTCHours()}`
  return `${time} ${at.getUTCDate()} ${at.getUTCMonth() + 1} ? ${at.getUTCFullYear()}`
}
