import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { outputLog } from '@elves/core/read-models/tasks/output-log.ts'
import type { OutputReach } from '@elves/schemas/generated/types.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { Registry } from 'prom-client'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { commandSchema, migrateCommandService } from '../command-schema.ts'
import { type OutputIntake, type OutputIntakeOptions, outputIntake } from './output-intake.ts'

const agentId = 'a'.repeat(32)
const taskId = '00000000000000AA'
let database: EventingDatabase
let store: EventStore
let intake: OutputIntake | null = null

beforeAll(async () => {
  database = await eventingDatabase()
  await migrateCommandService(database.pool)
  store = await database.store()
})

afterEach(() => intake?.stop())
afterAll(() => database.close())

function start(changes: Partial<OutputIntakeOptions> = {}) {
  const registry = new Registry()
  const reaches: OutputReach[] = []
  const options = {
    schema: commandSchema,
    retention: { days: 7, bytes: 2 ** 32 },
    ageing: { aggregates: openAggregates({ store, cacheSize: 10 }) },
    isOfAgent: async () => true,
    bootOf: async () => null,
    logger: silentLogger,
    registry,
  }
  const made = outputIntake({ pool: database.pool, ...options, ...changes })
  intake = made
  const receipt = (outputs: readonly OutputReach[]) => void reaches.push(...outputs)
  const take = (text: string, more: object = {}, by = agentId) => {
    const pieces = text === '' ? [] : [{ stream: 'OUT' as const, bytes: Buffer.from(text) }]
    const message = {
      taskId,
      attempt: 1,
      bootId: 'boot',
      startedAt: Date.now(),
      offset: 0,
      pieces,
      printedBytes: text.length,
      cut: null,
      altered: false,
    }
    return made.take({ agentId: by, receipt }, { ...message, ended: true, ...more })
  }
  return { take, reaches, registry, linked: made.linked.bind(made) }
}

test('writes what comes, and says how far it has it', async () => {
  const { take, reaches } = start()
  expect(take('hello')).toBe(true)
  const [reach] = await waitFor(() => reaches.length > 0 && reaches, { what: 'the receipt' })
  expect(reach).toEqual({ taskId, attempt: 1, offset: 5, gap: false, ended: true, refused: false })
  expect(await outputLog.queries.slice(database.pool, '', { taskId, attempt: 1, from: 0, bytes: 100 })).toMatchObject({ kept: 5, isEnded: true })
})

test('refuses the output of a task of another agent, and lets that of a task wait that it does not know yet', async () => {
  let known: boolean | null = null
  const { take, reaches, registry } = start({ isOfAgent: async () => known })
  take('x', { attempt: 2 })
  await waitFor(async () => /TASK_UNKNOWN"\} 1/.test(await registry.metrics()), { what: 'the output that is not taken' })
  expect(reaches).toEqual([])
  known = false
  take('x', { attempt: 2 })
  await waitFor(() => reaches.length > 0, { what: 'the refusal' })
  expect(reaches).toMatchObject([{ attempt: 2, refused: true, ended: true }])
})

test('holds bounded memory while the database is away, and nobody waits for it', async () => {
  const { take, registry } = start({ isOfAgent: () => new Promise(() => undefined) })
  const flood = 'x'.repeat(64 * 1024)
  const taken = Array.from({ length: 1_000 }, (_, index) => take(flood, {}, String(index % 20).padStart(32, 'a'))).filter(Boolean)
  expect(taken.length).toBeLessThan(130)
  expect(await registry.metrics()).toMatch(/elves_output_dropped_total\{reason="OVERLOADED"\} 8[78]\d/)
  intake = null
})

test('drops what one agent floods it with, and takes that of the others', async () => {
  const { take } = start({ isOfAgent: () => new Promise(() => undefined) })
  const flood = 'x'.repeat(64 * 1024)
  const taken = Array.from({ length: 1_000 }, (_, attempt) => take(flood, { attempt: attempt + 1 })).filter(Boolean)
  expect(taken.length).toBeGreaterThan(4)
  expect(taken.length).toBeLessThan(20)
  expect(take('x', {}, 'b'.repeat(32))).toBe(true)
  intake = null
})

test('looks at the days again after a failure: another instance may have dropped one', async () => {
  const { take, reaches } = start()
  take('x', { attempt: 5 })
  await waitFor(() => reaches.length > 0, { what: 'the receipt' })
  const day = Math.floor(Date.now() / 86_400_000)
  await database.pool.query(`drop table ${commandSchema}.task_outputs_${day}, ${commandSchema}.task_output_chunks_${day}`)
  const isTaken = () => take('x', { attempt: 6 }) && reaches.some(({ attempt }) => attempt === 6)
  await waitFor(isTaken, { everyMs: 200, what: 'the receipt of what is sent again' })
})

test('keeps nothing more where there is no room, and still hears of the end', async () => {
  const { take, reaches } = start({ retention: { days: 7, bytes: 1 } })
  take('much', { attempt: 3, ended: false })
  await waitFor(() => reaches.length === 1, { what: 'the refusal' })
  expect(reaches[0]).toMatchObject({ attempt: 3, refused: true, ended: false })
  take('', { attempt: 3, cut: 'CENTER', printedBytes: 4 })
  await waitFor(() => reaches.length === 2, { what: 'the end' })
  expect(reaches[1]).toMatchObject({ attempt: 3, ended: true, refused: false })
})

test('ends also what an earlier process of an agent sent that was not yet written when the next one had its link', async () => {
  const gate = Promise.withResolvers<boolean>()
  const isOfAgent = vi.fn(() => gate.promise)
  const { take, linked } = start({ isOfAgent })
  take('being written', { attempt: 7, ended: false })
  await waitFor(() => isOfAgent.mock.calls.length > 0)
  take('waits', { attempt: 8, ended: false })
  linked(agentId, 'next boot')
  gate.resolve(true)
  const ends = async () => (await outputLog.queries.heads(database.pool, '', [taskId])).filter(({ attempt }) => attempt === 7 || attempt === 8)
  await waitFor(async () => (await ends()).filter(({ isEnded }) => isEnded).length === 2, { what: 'both ends' })
  expect((await ends()).map(({ cut }) => cut)).toEqual(['AGENT_GONE', 'AGENT_GONE'])
})

test('ends what earlier processes of an agent left open', async () => {
  const { take, reaches, linked } = start()
  take('half', { attempt: 4, ended: false })
  await waitFor(() => reaches.length > 0, { what: 'the receipt' })
  linked(agentId, 'next boot')
  const end = async () => (await outputLog.queries.heads(database.pool, '', [taskId])).find(({ attempt }) => attempt === 4)
  await waitFor(async () => (await end())?.isEnded, { what: 'the end' })
  expect(await end()).toMatchObject({ cut: 'AGENT_GONE', kept: 4 })
})

test('a link that was heard of before a newer one ends nothing of the newer process', async () => {
  let current = 'newer'
  const { take, reaches, linked } = start({ bootOf: async () => current })
  const [open, other] = ['00000000000000F1', '00000000000000F2']
  take('x', { taskId: open, bootId: 'newer', ended: false })
  await waitFor(() => reaches.length === 1)
  linked(agentId, 'older')
  // Links are looked at before what comes after them is written.
  take('y', { taskId: other, bootId: 'newer' })
  await waitFor(() => reaches.length === 2)
  const head = () => outputLog.queries.slice(database.pool, '', { taskId: open, attempt: 1, from: 0, bytes: 100 })
  expect(await head()).toMatchObject({ isEnded: false, cut: null })
  current = 'newest'
  linked(agentId, 'newest')
  expect(await waitFor(async () => (await head())?.isEnded && head())).toMatchObject({ cut: 'AGENT_GONE' })
})

test('an attempt of an earlier process that had sent nothing, or only a beginning, ends as cut', async () => {
  const { take, reaches } = start()
  const [nothing, beginning] = ['00000000000000F3', '00000000000000F4']
  take('abc', { taskId: beginning, ended: false })
  for (const id of [nothing, beginning]) take('', { taskId: id, bootId: 'later', cut: 'AGENT_GONE', ended: true })
  await waitFor(() => reaches.filter(({ ended }) => ended).length === 2)
  const head = (id: string) => outputLog.queries.slice(database.pool, '', { taskId: id, attempt: 1, from: 0, bytes: 100 })
  expect(await head(nothing)).toMatchObject({ kept: 0, cut: 'AGENT_GONE', isEnded: true })
  expect(await head(beginning)).toMatchObject({ kept: 3, cut: 'AGENT_GONE', isEnded: true })
})
