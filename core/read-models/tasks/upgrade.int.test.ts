import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import type { Value } from '@elves/schemas/generated/types.ts'
import { allEvents, allRows, projectInto, type ReadModelDatabase, readModelDatabase } from '@elves/tests/support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { taskAggregate } from '../../domain/task/task.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import { parsePosition } from '../../eventing/position.ts'
import { migrate } from '../../eventing/postgres/migrate.ts'
import { migrateReadModels } from '../migrate.ts'
import { tasksReadModel } from './index.ts'
import { endStateOf } from './task-row.ts'
import { foldTaskView, type TaskView } from './task-view.ts'

const schema = 'elves_read'
let database: ReadModelDatabase

beforeEach(async () => {
  database = await readModelDatabase()
})

afterEach(() => database.close())

const encrypted = { keyId: 'k', algorithm: 'a', nonce: Buffer.from([0, 255]), ciphertext: Buffer.from('"encrypted":null') }
/** What a task may be asked with, also texts that look like the JSON around them. */
const params: readonly (Value | null)[] = [
  inlineValue('{"inline":null,"encrypted":null,"proxy":null,"x":"\\u0000 ,\\"timeoutMs\\":0,"}'),
  inlineValue(',"proxy":null'),
  inlineValue('\u0000 ü 💡 \\'),
  { inline: null, encrypted, reference: null },
  { inline: null, encrypted: null, reference: { sha256: 'ab', byteCount: 5 } },
  null,
]

test('tasks of a release that wrote every field come out as a rebuild makes them', async () => {
  await appendInOrder(database.store, sampleHistory({ seed: 11, tasks: 120, agents: 4 }))
  const ofTasks = (await allEvents(database.store))
    .map(withParam)
    .map(withoutExit)
    .filter((event) => taskAggregate.isEvent(event))
  await migrateTo(2)
  const streams = new Map([...Map.groupBy(ofTasks, ({ stream }) => stream)].filter(([, ofTask]) => couldBeWritten(ofTask)))
  expect(streams.size).toBeGreaterThan(20)
  for (const ofTask of streams.values()) {
    await insertAsBefore(foldTaskView(ofTask) as TaskView, parsePosition(ofTask[0]?.position ?? '').sequence)
  }
  const said: string[] = []
  await migrateReadModels(database.pool, schema, (text) => said.push(text))
  expect(said.join('\n')).toContain(`${streams.size} of ${streams.size} tasks`)
  await projectInto(database.pool, 'fresh', [[...streams.values()].flat()], [tasksReadModel])
  const [migrated, fresh] = [await allRows(database.pool, schema), await allRows(database.pool, 'fresh')]
  expect(migrated['tasks']).toEqual(fresh['tasks'])
  expect(migrated['tasks']).toHaveLength(streams.size)
})

/** Returns true if the release before could write such a task: its tasks did not wait, were tried once, and had no processor. */
function couldBeWritten(ofTask: readonly RecordedEvent[]): boolean {
  return ofTask.every(({ event }) => {
    if (event.type === 'TaskRequested') return event.data.kind === 'INSTANT' && event.data.retry === null && event.data.startWithinMs === 0
    if (event.type.startsWith('TaskProcess')) return false
    return event.type !== 'TaskWaiting' && event.type !== 'TaskAttemptEnded' && event.type !== 'TaskSkipped'
  })
}

function withParam(recorded: RecordedEvent, index: number): RecordedEvent {
  if (recorded.event.type !== 'TaskRequested') return recorded
  const { data } = recorded.event
  const changed = {
    ...data,
    param: params[index % params.length] ?? null,
    timeoutMs: index % 2,
    processor: index % 3 === 0,
    proxy: index % 4 ? null : 'p',
  }
  return { ...recorded, event: { type: 'TaskRequested', data: changed } }
}

/** The first release was told nothing of how a worker's process had ended. */
function withoutExit(recorded: RecordedEvent): RecordedEvent {
  const { type, data } = recorded.event
  if (!('output' in data) || data.output === null) return recorded
  return { ...recorded, event: { type, data: { ...data, output: { ...data.output, exit: null } } } as RecordedEvent['event'] }
}

/** Makes the tables as they were after this migration. */
async function migrateTo(last: number): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'elves-before-'))
  try {
    const names = ['0001-read-models.sql', '0002-event-log-without-bytes.sql'].slice(0, last)
    for (const name of names) await cp(join(import.meta.dirname, '../migrations', name), join(dir, name))
    await migrate(database.pool, { schema, name: 'read-models', dir })
  } finally {
    await rm(dir, { recursive: true })
  }
}

/** Inserts a row as the first release did. */
async function insertAsBefore(view: TaskView, requestedSequence: number): Promise<void> {
  const { agentIp, func, param, proxy, processor, timeoutMs, requestedBy } = view
  const { attempt, dispatchedAt, acknowledgedAt, startedAt, cancelRequestedAt, endedAt, failure } = view
  const output = view.output && outputAsBefore(view.output)
  const request = { agentIp, func, param: valueAsBefore(param), proxy, processor, timeoutMs, requestedBy }
  const progress = { attempt, dispatchedAt, acknowledgedAt, startedAt, cancelRequestedAt, endedAt, output, failure }
  const text = `insert into ${schema}.tasks
    (id, requested_sequence, sequence, version, state, end_state, kind, agent_id, app, requested_at, correlation_id, request, progress)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
  const { id, version, state, kind, agentId, app, requestedAt, correlationId, position } = view
  const sequences = [requestedSequence, parsePosition(position).sequence]
  const short = [version, state, endStateOf(state), kind, agentId, app, requestedAt, correlationId]
  await database.pool.query(text, [id, ...sequences, ...short, JSON.stringify(request), JSON.stringify(progress)])
}

function outputAsBefore({ workerFlag, message, costMs, truncated, byteCount, sha256, altered, printed }: NonNullable<TaskView['output']>): object {
  const always = { workerFlag, message: valueAsBefore(message), costMs, truncated, byteCount, sha256 }
  return { ...always, ...(altered && { altered }), ...(printed !== null && { printed }) }
}

function valueAsBefore(value: Value | null): object | null {
  if (!value?.encrypted) return value
  const { keyId, algorithm, nonce, ciphertext } = value.encrypted
  const bytes = { nonce: Buffer.from(nonce).toString('base64'), ciphertext: Buffer.from(ciphertext).toString('base64') }
  return { ...value, encrypted: { keyId, algorithm, ...bytes } }
}
