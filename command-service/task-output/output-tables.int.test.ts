import { createHash } from 'node:crypto'
import { outputAgeingStream } from '@elves/core/domain/ageing/ageing.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { outputLog } from '@elves/core/read-models/tasks/output-log.ts'
import type { AgentOutput } from '@elves/schemas/generated/types.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { commandSchema, migrateCommandService } from '../command-schema.ts'
import { dayWithin, keepOutputDays, type OutputRetention } from './output-days.ts'
import { outputPart } from './output-part.ts'
import { appendOutput, endOfEarlierBoots } from './output-tables.ts'

const dayMs = 86_400_000
const agentId = 'a'.repeat(32)
const retention = { days: 7, bytes: 2 ** 32 }
let database: EventingDatabase
let store: EventStore
let today: number
let taskId = ''
let tasks = 0

beforeAll(async () => {
  database = await eventingDatabase()
  await migrateCommandService(database.pool)
  store = await database.store()
  today = (await keep()).today
})

afterAll(() => database.close())

beforeEach(() => {
  tasks += 1
  taskId = tasks.toString(16).toUpperCase().padStart(16, '0')
})

function part(offset: number, text: string, changes: Partial<AgentOutput> = {}, by = agentId) {
  const pieces = text === '' ? [] : [{ stream: 'OUT' as const, bytes: Buffer.from(text) }]
  const message = {
    taskId,
    attempt: 1,
    bootId: 'boot',
    startedAt: today * dayMs,
    offset,
    pieces,
    printedBytes: 0,
    cut: null,
    altered: false,
    ended: false,
  }
  const made = outputPart(by, { ...message, ...changes })
  if (!made) throw new Error('no part')
  return made
}

const keep = (kept: OutputRetention = retention, wanted: readonly number[] = []) => {
  const ageing = { aggregates: openAggregates({ store, cacheSize: 10 }) }
  return keepOutputDays({ pool: database.pool, schema: commandSchema, retention: kept, ageing, wanted })
}
const append = (...parts: ReturnType<typeof part>[]) => appendOutput(database.pool, commandSchema, parts)
const slice = (from = 0, bytes = 1_000) => outputLog.queries.slice(database.pool, '', { taskId, attempt: 1, from, bytes })
const textOf = async () => (await slice())?.segments.map(({ text }) => text).join('')

describe('the tables of the output log', () => {
  test('take each byte once, in order, however parts overlap or repeat', async () => {
    expect(await append(part(0, 'one '))).toEqual([{ offset: 4, isGap: false, isEnded: false }])
    expect(await append(part(0, 'one two '), part(4, 'two '), part(8, 'three', { printedBytes: 13, ended: true }))).toEqual([
      { offset: 8, isGap: false, isEnded: false },
      { offset: 8, isGap: false, isEnded: false },
      { offset: 13, isGap: false, isEnded: true },
    ])
    expect(await append(part(0, 'one two '))).toEqual([{ offset: 13, isGap: false, isEnded: true }])
    expect(await slice()).toMatchObject({ kept: 13, printed: 13, cut: null, isEnded: true, next: 13 })
    expect(await textOf()).toBe('one two three')
  })

  test('take nothing beyond a gap, and say where it is', async () => {
    await append(part(0, 'one '))
    expect(await append(part(8, 'three', { ended: true }))).toEqual([{ offset: 4, isGap: true, isEnded: false }])
    expect(await slice()).toMatchObject({ kept: 4, isEnded: false })
  })

  test('two gateways that write the same attempt at once leave no byte out and none twice', async () => {
    const text = 'x'.repeat(50)
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let at = 0; at < 1_000; at += 50) {
        const size = 50 - writer * 7
        await append(part(at, text.slice(0, size)), part(Math.max(0, at - 20), text.slice(0, 20) + text))
      }
    })
    await Promise.all(writers)
    const found = await slice(0, 10_000)
    const { rows } = await database.pool.query(
      `select at_offset, length(bytes) as size from ${commandSchema}.task_output_chunks where task_id = $1 order by 1`,
      [taskId],
    )
    let end = 0
    for (const { at_offset, size } of rows) {
      expect(Number(at_offset)).toBe(end)
      end += size
    }
    expect(found).toMatchObject({ kept: end, next: end })
  })

  test('take nothing of another agent', async () => {
    await append(part(0, 'mine'))
    expect(await append(part(4, 'forged', { ended: true }, 'b'.repeat(32)))).toEqual([null])
    expect(await textOf()).toBe('mine')
  })

  test('keep why something is missing, and the end of what the agent has given up', async () => {
    await append(part(0, 'one', { cut: 'LIMIT', printedBytes: 1_000 }))
    expect(await slice()).toMatchObject({ cut: 'LIMIT', printed: 1_000, isEnded: false })
    expect(await append(part(7, '', { cut: 'CENTER', printedBytes: 2_000, ended: true }))).toMatchObject([{ isEnded: true }])
    expect(await slice()).toMatchObject({ cut: 'LIMIT', printed: 2_000, isEnded: true })
  })

  test('end what an earlier process of the agent left open, and nothing of the present one', async () => {
    await append(part(0, 'one'), part(0, 'two', { attempt: 2, bootId: 'next' }))
    await endOfEarlierBoots(database.pool, commandSchema, [{ agentId, bootId: 'next' }])
    const heads = await outputLog.queries.heads(database.pool, '', [taskId])
    expect(heads.find(({ attempt }) => attempt === 1)).toMatchObject({ isEnded: true, cut: 'AGENT_GONE' })
    expect(heads.find(({ attempt }) => attempt === 2)).toMatchObject({ isEnded: false, cut: null })
  })

  test('keep both streams apart, in their order', async () => {
    const bytes = (text: string) => Buffer.from(text)
    const pieces = [
      { stream: 'OUT' as const, bytes: bytes('a') },
      { stream: 'ERR' as const, bytes: bytes('é') },
      { stream: 'OUT' as const, bytes: bytes('c') },
    ]
    await append(part(0, '', { pieces }))
    expect((await slice(1))?.segments).toEqual([
      { stream: 'ERR', offset: 1, bytes: 2, text: 'é' },
      { stream: 'OUT', offset: 3, bytes: 1, text: 'c' },
    ])
  })
})

describe('the days of the output log', () => {
  test('are made where they are needed, within the retention', async () => {
    const { days } = await keep(retention, [today - 3, today - 100])
    expect([...days].sort()).toEqual([today - 3, today, today + 1].sort())
    expect(dayWithin({ today, days, isFull: false, bytes: 0 }, retention, today - 100)).toBe(today - 6)
    await append(part(0, 'old', { startedAt: (today - 3) * dayMs }))
    expect(await textOf()).toBe('old')
  })

  test('go as a whole when the retention is over, and it is known that they are gone', async () => {
    await keep(retention, [today - 3])
    await append(part(0, 'old', { startedAt: (today - 3) * dayMs }))
    const { days } = await keep({ ...retention, days: 2 })
    expect([...days].sort()).toEqual([today, today + 1].sort())
    expect(await slice()).toBeNull()
    // Whoever has a copy proves by this that it is what was printed.
    const told = (await store.readStream(outputAgeingStream(today - 3))).map(({ event }) => event)
    const sha256 = createHash('sha256').update('old').digest('hex')
    const runs = told.flatMap((event) => (event.type === 'OutputAgedOut' ? event.data.runs : []))
    expect(runs).toContainEqual({ taskId, attempt: 1, byteCount: 3, sha256 })
    expect(told[0]).toMatchObject({ data: { rule: 'ELVES_OUTPUT_KEPT_DAYS=2', day: today - 3 } })
    expect(await outputLog.queries.droppedDay(database.pool, '')).toBe(today - 1)
  })

  test('go before their time where there are too many bytes, but for today', async () => {
    await keep(retention, [today - 1])
    const { days, isFull } = await keep({ ...retention, bytes: 1 })
    expect([...days].sort()).toEqual([today, today + 1].sort())
    expect(isFull).toBe(true)
  })
})
