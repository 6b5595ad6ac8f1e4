import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appendDamaged } from '../support/damaged-event.ts'
import { databaseUrlOf } from '../support/database-url.ts'
import { npmRun, verifiedOutput } from '../support/npm-run.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { testPool } from '../support/test-pool.ts'
import { waitFor } from '../support/wait-for.ts'

/** What a person does about an event that nobody can read, in the pages' way: by GraphQL alone. */

let platform: TestPlatform
let pool: pg.Pool

beforeAll(async () => {
  platform = await startPlatform({ sharesBroker: true })
  const url = await databaseUrlOf(platform.dataDir)
  pool = testPool(url, { max: 2 })
})

afterAll(async () => {
  await pool?.end()
  await platform?.dispose()
})

interface Letter {
  readonly id: string
  readonly handler: string
  readonly stream: string
  readonly state: string
  readonly attempts: number
  readonly setAsideReason: string | null
}

const fields = 'id handler stream state attempts setAsideReason'

async function letters(): Promise<readonly Letter[]> {
  const text = `{ deadLetters(filter: { states: [PARKED, SET_ASIDE], handlers: ["deadlines"] }) { nodes { ${fields} } } }`
  return (await platform.graphql<{ deadLetters: { nodes: readonly Letter[] } }>(text)).deadLetters.nodes
}

async function act(mutation: 'retryDeadLetter' | 'setAsideDeadLetter', input: object): Promise<Letter | null> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!`
  const text = `mutation ($input: ${type}) { done: ${mutation}(input: $input) { deadLetter { ${fields} } refusal { code } } }`
  return (await platform.graphql<{ done: { deadLetter: Letter | null } }>(text, { input })).done.deadLetter
}

async function projectorStates(): Promise<ReadonlySet<string>> {
  const { projectors } = await platform.graphql<{ projectors: readonly { state: string }[] }>('{ projectors { state } }')
  return new Set(projectors.map(({ state }) => state))
}

test('an unreadable event is seen, tried, set aside and, once it is mended, dealt with; the read models that it stopped are made anew', async () => {
  const made = await platform.graphql<{ createSchedule: { schedule: { id: string } } }>(
    `mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { schedule { id } } }`,
    { input: { rule: '0 0 0 1 1 ?', timeZone: 'UTC', agent: '127.0.0.1', app: 'apptest', func: 'helloword' } },
  )
  const { id } = made.createSchedule.schedule
  const { mend } = await appendDamaged(pool, `schedule-${id}`, { type: 'SchedulePaused', data: { at: 1, idempotencyKey: null } })
  await waitFor(async () => (await letters()).length === 1, { what: 'the dead letter' })
  const [letter] = await letters()
  expect(letter).toMatchObject({ stream: `schedule-${id}`, state: 'PARKED', attempts: 1 })
  const deadLetter = letter?.id ?? ''
  await waitFor(async () => (await projectorStates()).has('STOPPED'), { what: 'the projectors to stop' })

  expect(await act('retryDeadLetter', { deadLetter })).toMatchObject({ state: 'PARKED', attempts: 2 })
  expect(await act('setAsideDeadLetter', { deadLetter, reason: 'known' })).toMatchObject({ state: 'SET_ASIDE', setAsideReason: 'known' })
  expect(await letters()).toMatchObject([{ state: 'SET_ASIDE', attempts: 2, setAsideReason: 'known' }])

  await mend()
  expect(await act('retryDeadLetter', { deadLetter })).toMatchObject({ state: 'SETTLED' })
  expect(await letters()).toEqual([])

  const asked = await platform.graphql<{ rebuildReadModels: { rebuild: { id: string; state: string } } }>(
    `mutation { rebuildReadModels(input: { readModels: [], reason: "they had stopped" }) { rebuild { id state } refusal { code } } }`,
  )
  const { rebuild } = asked.rebuildReadModels
  expect(rebuild.state).toBe('REQUESTED')
  type Shown = { rebuilds: { nodes: readonly { id: string; state: string; requestedBy: { kind: string }; failure: object | null }[] } }
  const shown = async () => {
    const { rebuilds } = await platform.graphql<Shown>('{ rebuilds(first: 1) { nodes { id state requestedBy { kind } failure { message } } } }')
    return rebuilds.nodes[0]
  }
  await waitFor(async () => (await shown())?.state === 'DONE', { what: 'the rebuild', timeoutMs: 60_000 })
  expect(await shown()).toMatchObject({ id: rebuild.id, requestedBy: { kind: 'LOCAL' }, failure: null })
  await waitFor(async () => [...(await projectorStates())].join() === 'LIVE', { what: 'the projectors to go on' })
  const schedule = await platform.graphql<{ schedule: { state: string } }>('query ($id: ID!) { schedule(id: $id) { state } }', { id })
  expect(schedule.schedule.state).toBe('PAUSED')
  expect(await npmRun('verify', platform.dataDir)).toEqual({ code: 0, output: expect.stringContaining(verifiedOutput) })
})

test('one read model is made anew by its name, and an unknown name is refused', async () => {
  const ask = async (name: string) => {
    const text = `mutation ($names: [String!]!) { rebuildReadModels(input: { readModels: $names }) { rebuild { readModels } refusal { code field } } }`
    return (await platform.graphql<{ rebuildReadModels: object }>(text, { names: [name] })).rebuildReadModels
  }
  expect(await ask('nothing')).toEqual({ rebuild: null, refusal: { code: 'READ_MODEL_UNKNOWN', field: 'readModels' } })
  await pool.query(`update elves_read.agents set state = 'LOST'`)
  expect(await ask('agents')).toEqual({ rebuild: { readModels: ['agents'] }, refusal: null })
  const states = async () => {
    const { agents } = await platform.graphql<{ agents: { nodes: readonly { state: string }[] } }>('{ agents { nodes { state } } }')
    return new Set(agents.nodes.map(({ state }) => state))
  }
  await waitFor(async () => !(await states()).has('LOST'), { what: 'the agents to be as the log says' })
})
