import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedPlatform, type TestPlatform } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** Schedules on the whole platform: by GraphQL and by REST v2, on the agent that comes with it. */

let platform: TestPlatform

beforeAll(async () => {
  platform = await sharedPlatform()
})

afterAll(() => platform?.dispose())

interface Shown {
  readonly id: string
  readonly state: string
  readonly nextFires: readonly string[]
  readonly lastFire: { readonly instant: string; readonly outcome: string } | null
  readonly fires: {
    readonly nodes: readonly { instant: string; outcome: string; reason: string | null; task: { id: string; state: string } | null }[]
  }
}

interface Payload {
  readonly schedule: Shown | null
  readonly position: string | null
  readonly refusal: { readonly code: string; readonly message: string; readonly field: string | null } | null
}

const shown = 'id state nextFires(count: 2) lastFire { instant outcome } fires(first: 100) { nodes { instant outcome reason task { id state } } }'
const everySecond = { rule: '* * * * * ?', timeZone: 'Europe/Berlin', agent: '127.0.0.1', app: 'apptest', func: 'helloword' }

async function change(mutation: string, input: object): Promise<Payload> {
  const type = mutation === 'createSchedule' ? 'CreateScheduleInput' : mutation === 'updateSchedule' ? 'UpdateScheduleInput' : 'ScheduleInput'
  const text = `mutation ($input: ${type}!) { ${mutation}(input: $input) { schedule { ${shown} } position refusal { code message field } } }`
  return ((await platform.graphql<Record<string, Payload>>(text, { input })) as Record<string, Payload>)[mutation] as Payload
}

async function read(id: string): Promise<Shown> {
  const { schedule } = await platform.graphql<{ schedule: Shown }>(`query ($id: ID!) { schedule(id: $id) { ${shown} } }`, { id })
  return schedule
}

test('a schedule fires, is paused, resumed, changed, fired by hand and deleted', async () => {
  const { schedule, refusal } = await change('createSchedule', { ...everySecond, name: 'each second', idempotencyKey: 'one' })
  expect(refusal).toBeNull()
  const id = schedule?.id ?? ''
  expect(schedule).toMatchObject({ id: expect.stringMatching(/^[0-9A-F]{16}$/), state: 'RUNNING' })
  expect(schedule?.nextFires).toHaveLength(2)
  expect((await change('createSchedule', { ...everySecond, name: 'each second', idempotencyKey: 'one' })).schedule?.id).toBe(id)
  expect((await change('createSchedule', { ...everySecond, idempotencyKey: 'one' })).refusal?.code).toBe('IDEMPOTENCY_KEY_REUSED')
  await waitFor(async () => (await read(id)).fires.nodes.filter(({ task }) => task?.state === 'SUCCEEDED').length >= 2)
  expect((await change('pauseSchedule', { schedule: id })).schedule).toMatchObject({ state: 'PAUSED', nextFires: [] })
  const fired = await change('fireSchedule', { schedule: id, idempotencyKey: 'by hand' })
  expect(fired.refusal).toBeNull()
  await waitFor(async () => Date.now() > Date.parse((await read(id)).fires.nodes[0]?.instant ?? '') + 2_000)
  expect((await change('resumeSchedule', { schedule: id })).schedule?.state).toBe('RUNNING')
  await waitFor(async () => (await read(id)).fires.nodes.some(({ outcome, reason }) => outcome === 'SKIPPED' && reason?.startsWith('PAUSED')))
  expect((await change('updateSchedule', { schedule: id, rule: '0 0 0 1 1 ? 2099' })).schedule?.nextFires).toEqual(['2098-12-31T23:00:00.000Z'])
  expect((await change('deleteSchedule', { schedule: id })).schedule?.state).toBe('DELETED')
  expect((await change('resumeSchedule', { schedule: id })).refusal?.code).toBe('SCHEDULE_DELETED')
  const { fires, lastFire } = await read(id)
  expect(lastFire).toEqual({ instant: fires.nodes[0]?.instant, outcome: fires.nodes[0]?.outcome })
  const instants = fires.nodes.map(({ instant }) => instant)
  expect(instants).toEqual([...instants].sort().reverse())
})

test('a task tells its schedule and its instant, and a schedule its history', async () => {
  const { schedule } = await change('createSchedule', everySecond)
  await waitFor(async () => ((await read(schedule?.id ?? '')).fires.nodes[0]?.task ?? null) !== null)
  const [fire] = (await read(schedule?.id ?? '')).fires.nodes.slice(-1)
  const text = 'query ($id: ID!) { task(id: $id) { kind fireAt requestedBy { kind id } schedule { id history { nodes { type } } } } }'
  const { task } = await platform.graphql<{ task: object }>(text, { id: fire?.task?.id })
  expect(task).toMatchObject({
    kind: 'SCHEDULE',
    fireAt: fire?.instant,
    requestedBy: { kind: 'SCHEDULE', id: schedule?.id },
    schedule: { id: schedule?.id, history: { nodes: [{ type: 'ScheduleCreated' }] } },
  })
  await change('deleteSchedule', { schedule: schedule?.id })
  // As it was at that instant: it ran, and had fired up to then.
  const past = 'query ($id: ID!, $asOf: DateTime!) { schedule(id: $id, asOf: $asOf) { state nextFires(count: 1) lastFire { instant } } }'
  const instant = fire?.instant ?? ''
  const next = new Date(Date.parse(instant) + 1_000).toISOString()
  expect(await platform.graphql(past, { id: schedule?.id, asOf: instant })).toEqual({
    schedule: { state: 'RUNNING', nextFires: [next], lastFire: { instant } },
  })
  expect(await platform.graphql(past, { id: schedule?.id, asOf: '2001-01-01T00:00:00.000Z' })).toEqual({ schedule: null })
})

test.each([
  [{ rule: '0 0 25 * * ?' }, 'RULE_INVALID', 'rule'],
  [{ rule: '0 0 0 30 2 ?' }, 'RULE_NEVER_FIRES', 'rule'],
  [{ timeZone: 'Mars/Olympus' }, 'TIME_ZONE_UNKNOWN', 'timeZone'],
  [{ agent: '10.255.255.1' }, 'AGENT_UNKNOWN', 'agent'],
  [{ app: '../x' }, 'APP_INVALID', 'app'],
  [{ misfireGraceMs: -1 }, 'SCHEDULE_INVALID', 'misfireGraceMs'],
])('a schedule with %j is refused as %s', async (fields, code, field) => {
  expect((await change('createSchedule', { ...everySecond, ...fields })).refusal).toMatchObject({ code, field })
})

test('an unknown schedule is refused, and a rule can be looked at without one', async () => {
  for (const id of ['0000000000000000', 'x']) expect((await change('pauseSchedule', { schedule: id })).refusal?.code).toBe('SCHEDULE_UNKNOWN')
  const preview = 'query ($rule: String!) { previewRule(rule: $rule, timeZone: "Europe/Berlin", count: 2, after: "2026-03-28T12:00:00Z") }'
  const { previewRule } = await platform.graphql<{ previewRule: string[] }>(preview, { rule: '0 30 2 * * ?' })
  expect(previewRule).toEqual(['2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z'])
  await expect(platform.graphql(preview, { rule: 'x' })).rejects.toThrow(/RULE_INVALID|needs 6 or 7/)
})

test('REST v2 has crons', async () => {
  const task = { ip: '127.0.0.1', app: 'apptest', func: 'helloword', rule: '0/1 * * * * ?' }
  const added = (await platform.rest('/api/v2/cron/add', task)) as unknown as { flag: string; result: { id: string } }
  expect(added).toMatchObject({ flag: 'true', error: '', result: { id: expect.stringMatching(/^[0-9A-F]{16}$/) } })
  const cron = { cron_id: added.result.id }
  const detail = async (path = '/api/v2/cron/detail') => (await platform.rest(path, cron)) as unknown as { result: Record<string, unknown> }
  await waitFor(async () => (await detail()).result['last_exec_time'] !== '')
  expect((await detail('/api/v2/cron/info')).result).toMatchObject({
    ip: '127.0.0.1',
    app: 'apptest',
    func: 'helloword',
    param: '',
    mode: 'NP',
    proxy: '',
    timeout: 90,
    rule: '0/1 * * * * ?',
    cron_flag: 1,
    last_exec_time: expect.stringMatching(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/),
    last_exec_result: {
      flag: 'true',
      error: '',
      result: { worker_flag: '1', worker_message: expect.any(String), worker_costtime: expect.any(String) },
    },
  })
  expect(Object.keys((await detail()).result).join()).toBe('ip,app,func,param,mode,proxy,timeout,rule,cron_flag,last_exec_time,last_exec_result')
  expect(await platform.rest('/api/v2/cron/stop', cron)).toEqual({ flag: 'true', error: '' })
  expect((await detail()).result['cron_flag']).toBe(0)
  expect(await platform.rest('/api/v2/cron/start', cron)).toEqual({ flag: 'true', error: '' })
  expect((await detail()).result['cron_flag']).toBe(1)
  expect(await platform.rest('/api/v2/cron/delete', cron)).toEqual({ flag: 'true', error: '' })
  expect(await platform.rest('/api/v2/cron/detail', cron)).toEqual({ flag: 'false', error: '[411.1]Not Find Cron Job To Operate' })
  expect(await platform.rest('/api/v2/cron/stop', { cron_id: 'ABCDEFGH01234567' })).toEqual({
    flag: 'false',
    error: '[411.1]Not Find Cron Job To Operate',
  })
  expect(await platform.rest('/api/v2/cron/stop', { cron_id: 'short' })).toEqual({ flag: 'false', error: '[403.9]Request Params (cron_id) Illegal' })
  expect(await platform.rest('/api/v2/cron/add', { ...task, rule: '* * * * *' })).toEqual({
    flag: 'false',
    error: '[403.5]Request Params (cron-rule) Illegal',
  })
  expect(await platform.rest('/api/v2/cron/add', { ...task, ip: 'x' })).toEqual({ flag: 'false', error: '[403.1]Request Params (ip) Illegal' })
})
