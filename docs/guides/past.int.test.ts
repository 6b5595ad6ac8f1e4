import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { Stack } from '@elves/core/foundation/lifecycle.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { readSchema } from '@elves/core/read-models/migrate.ts'
import { postgresReadModels } from '@elves/core/read-models/postgres-read-models.ts'
import { graphqlPath } from '@elves/query-service/graphql/http-door.ts'
import { queryService } from '@elves/query-service/query-service.ts'
import { logOfStore } from '@elves/query-service/subscriptions/followed-log.ts'
import { everybody } from '@elves/query-service/tests/everybody.ts'
import { memoryCommandApi } from '@elves/tests/support/memory-command-api.ts'
import { cleanEnv } from '@elves/tests/support/platform.ts'
import { allEvents, projectInto, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The samples of the guide, on a log with its read models and a public edge. */

const root = join(import.meta.dirname, '..', '..')
const guide = readFileSync(join(import.meta.dirname, 'past.md'), 'utf8')
const samples = (language: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, sample = '']) => sample)
const logger = silentLogger
const stack = new Stack(logger)
let url: string
let server: FastifyInstance
let events: readonly RecordedEvent[]

beforeAll(async () => {
  const database = await readModelDatabase()
  url = database.url
  stack.defer('database', () => database.close())
  await appendInOrder(database.store, sampleHistory({ seed: 21, tasks: 12, agents: 3, plans: 1 }))
  events = await allEvents(database.store)
  await projectInto(database.pool, readSchema, [events])
  const readModels = await postgresReadModels({ connectionString: url, logger })
  stack.defer('read models', () => readModels.close())
  const registry = new Registry()
  server = serviceServer({ logger, registry, allowedHosts: [], webSocketPaths: [graphqlPath], readiness: async () => {} })
  stack.defer('server', () => server.close())
  const parts = {
    server,
    commandApi: memoryCommandApi(database.store),
    readModels,
    settings: readSettings({}),
    logger,
    registry,
    authenticator: everybody,
  }
  stack.use('doors', await queryService({ ...parts, openLog: async () => logOfStore(database.store) }))
}, 60_000)
afterAll(() => stack.stop())

async function ask<Data>(query: string, variables: object): Promise<Data> {
  const answer = await server.inject({ method: 'POST', url: '/graphql', headers: { host: 'localhost' }, payload: { query, variables } })
  const { data, errors } = answer.json() as { data: Data; errors?: unknown }
  expect(errors).toBeUndefined()
  return data
}

const instant = (share: number) => events[Math.floor(share * (events.length - 1))]?.recordedAt ?? 0
const iso = (ms: number) => new Date(ms).toISOString()

interface Listed {
  readonly nodes: readonly { readonly id: string; readonly state: string }[]
}

test('lists as of an instant have what was there and in these states, and no other', async () => {
  const [query = ''] = samples('graphql')
  const asOf = instant(0.5)
  const { running, agents } = await ask<{ running: Listed; agents: Listed }>(query, { asOf: iso(asOf) })
  const seen = events.filter(({ recordedAt }) => recordedAt <= asOf)
  const registered = seen.flatMap(({ event }) => (event.type === 'AgentRegistered' ? [event.data.agentId] : []))
  for (const id of registered) expect([...agents.nodes.map((agent) => agent.id), ...removedBy(seen)]).toContain(id)
  expect(running.nodes.length).toBeGreaterThan(0)
  for (const { id, state } of running.nodes) {
    const types = seen.filter(({ stream }) => stream === `task-${id}`).map(({ event }) => event.type)
    expect([types.includes('TaskDispatched'), ['RUNNING', 'DISPATCHED', 'ACKNOWLEDGED'].includes(state)]).toEqual([true, true])
  }
})

function removedBy(seen: readonly RecordedEvent[]): readonly string[] {
  return seen.flatMap(({ event }) => (event.type === 'AgentRemoved' ? [event.data.agentId] : []))
}

interface Changed {
  readonly kind: string
  readonly id: string
  readonly isNew: boolean
  readonly stateBefore: string | null
  readonly stateAfter: string | null
}

test('changes between two instants have each thing once, with its states before and after', async () => {
  const [, query = ''] = samples('graphql')
  const [from, to] = [instant(0.3), instant(0.7)]
  const { changes } = await ask<{ changes: { nodes: readonly Changed[] } }>(query, { from: iso(from), to: iso(to) })
  const between = events.filter(({ recordedAt }) => recordedAt > from && recordedAt <= to)
  const streams = new Set(between.map(({ stream }) => stream).filter((stream) => /^(task|agent|agentlink)-/.test(stream)))
  expect(changes.nodes.length).toBe(streams.size)
  for (const { kind, isNew, stateBefore, stateAfter } of changes.nodes.filter((one) => one.kind === 'task')) {
    expect([kind, stateBefore === null, stateAfter === null]).toEqual(['task', isNew, false])
  }
})

test('a replay is built, listed and removed', async () => {
  const env = { ...cleanEnv(), ELVES_DATABASE_URL: url, MOMENT: iso(instant(0.5)) }
  const { stdout } = await promisify(execFile)('bash', ['-euc', samples('sh').join('')], { cwd: root, env })
  const schema = /in schema (elves_at_\w+), up to/.exec(stdout)?.[1]
  expect(schema).toBeDefined()
  expect(stdout).toContain(`\n${schema}  up to `)
  expect(stdout.endsWith(`${schema} is removed.\n`)).toBe(true)
})
