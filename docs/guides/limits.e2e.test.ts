import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { as, done, peopleOf } from '@elves/tests/support/people.ts'
import { startPlatform, type TestPlatform } from '@elves/tests/support/platform.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** The samples of the guide, sent by people of the roles that it names. */

let platform: TestPlatform
let admin = ''
let asking = ''
let approving = ''
const { ask, firstAdmin, newUser } = peopleOf(() => platform)
const run = `mutation ($p: JSON, $w: Int) { runTask(input: { agent: "127.0.0.1", app: "apptest", func: "helloword", param: $p, startWithinMs: $w }) {
  task { id state wait { reason } guards { name outcome } } refusal { code message } } }`

beforeAll(async () => {
  platform = await startPlatform({ env: { ELVES_AUTH: 'users' }, sharesBroker: true })
  admin = await firstAdmin('a first horse of staples')
  asking = (await newUser(admin, 'ann')).token
  approving = (await newUser(admin, 'bob')).token
})
afterAll(() => platform?.dispose())

async function auditorSees(code: string): Promise<void> {
  const query = '{ events(filter: { types: ["AccessDenied"] }) { nodes { data } } }'
  const codes = async () => (await ask(query, {}, as(admin))).data.events.nodes.map(({ data }: { data: { code: string } }) => data.code)
  await waitFor(async () => (await codes()).includes(code), { what: `the event of ${code}` })
}

describe.each(['limits.md', 'limits.zh-CN.md'])('the samples of %s', (page) => {
  const guide = readFileSync(join(import.meta.dirname, page), 'utf8')
  const [limit = '', guard = '', list = '', approve = '', ...more] = [...guide.matchAll(/^```graphql\n([\s\S]*?)^```$/gm)].map(([, sample]) => sample)

  it('set a limit and a guard, show what waits, and have it approved by somebody else only', async () => {
    expect(more).toEqual([])
    expect((await ask(limit, {}, as(asking))).data.setLimit.refusal.code).toBe('FORBIDDEN')
    expect((await done(ask(limit, {}, as(admin)))).limit).toMatchObject({ kind: 'USER', of: '*', openTasks: 1000 })
    expect((await done(ask(guard, {}, as(admin)))).guard).toMatchObject({ app: 'apptest', name: 'drops' })
    const { task } = await done(ask(run, { p: 'DROP  TABLE users' }, as(asking)))
    expect(task).toMatchObject({ state: 'WAITING', wait: { reason: 'APPROVAL' }, guards: [{ name: 'drops', outcome: 'APPROVE' }] })
    const waiting = async () => (await ask(list, {}, as(approving))).data.tasks.nodes.map(({ id }: { id: string }) => id)
    await waitFor(async () => (await waiting()).includes(task.id), { what: 'the task among those that wait for an approval' })
    expect((await ask(approve, { task: task.id }, as(asking))).data.approveTask.refusal.code).toBe('APPROVAL_OWN')
    await auditorSees('APPROVAL_OWN')
    const approved = await done(ask(approve, { task: task.id }, as(approving)))
    expect(approved.task.approval).toMatchObject({ state: 'GIVEN', decidedBy: { name: 'bob' } })
    const state = async () => (await ask('query ($id: ID!) { task(id: $id) { state } }', { id: task.id }, as(asking))).data.task?.state
    await waitFor(async () => (await state()) === 'SUCCEEDED', { what: 'the end of the approved task' })
    expect(await waiting()).not.toContain(task.id)
  })
})

describe('a user', () => {
  it('is held to the limits of users, by the first refused task an hour', async () => {
    const { id, token } = await newUser(admin, 'cid')
    const set = 'mutation ($i: SetLimitInput!) { setLimit(input: $i) { limit { name tasksPerHour } position refusal { code } } }'
    const { limit, position } = await done(ask(set, { i: { kind: 'USER', of: 'cid', tasksPerHour: 2 } }, as(admin)))
    expect(limit).toEqual({ name: 'cid', tasksPerHour: 2 })
    const code = async () => (await ask(run, {}, as(token))).data.runTask.refusal?.code
    expect([await code(), await code()]).toEqual([undefined, undefined])
    // Another instance counts what the log has brought it.
    if (platform.shape === 'standalone') expect(await code()).toBe('QUOTA_TASKS_PER_HOUR')
    else await expect.poll(code).toBe('QUOTA_TASKS_PER_HOUR')
    await auditorSees('QUOTA_TASKS_PER_HOUR')
    const listed = 'query ($p: Position) { limits(filter: { kinds: [USER] }, notBefore: $p) { nodes { of name history { nodes { type } } } } }'
    const limits = async () => (await ask(listed, { p: position }, as(admin))).data.limits.nodes
    const guards = 'query ($p: Position) { guards(filter: { apps: ["apptest"] }, notBefore: $p) { nodes { name outcome } } }'
    expect((await ask(guards, { p: position }, as(admin))).data.guards.nodes).toContainEqual({ name: 'drops', outcome: 'APPROVE' })
    expect((await limits())[0]).toEqual({ of: id, name: 'cid', history: { nodes: [{ type: 'LimitSet' }] } })
    const remove = 'mutation ($i: RemoveLimitInput!) { removeLimit(input: $i) { limit { id } refusal { code } } }'
    expect((await done(ask(remove, { i: { kind: 'USER', of: id } }, as(admin)))).limit).toBeNull()
    expect((await ask(run, {}, as(token))).data.runTask.refusal).toBeNull()
  })

  it('may refuse what waits, which is skipped then, and can not ask around a limit by aliases', async () => {
    const { task } = await done(ask(run, { p: 'drop table a' }, as(asking)))
    const refuse = 'mutation ($i: DecideTaskInput!) { refuseTask(input: $i) { task { state failure { code message } } refusal { code } } }'
    const refused = await done(ask(refuse, { i: { task: task.id, reason: 'no backup' } }, as(approving)))
    expect(refused.task).toEqual({ state: 'SKIPPED', failure: { code: 'APPROVAL_REFUSED', message: 'no backup' } })
    const { token } = await newUser(admin, 'dan')
    const set = 'mutation { setLimit(input: { kind: USER, of: "dan", tasksPerHour: 3 }) { limit { id } refusal { code } } }'
    await done(ask(set, {}, as(admin)))
    const one = 'runTask(input: { agent: "127.0.0.1", app: "apptest", func: "helloword" }) { refusal { code } }'
    const aliases = `mutation { ${Array.from({ length: 5 }, (_, index) => `a${index}: ${one}`).join(' ')} }`
    const answers = Object.values((await ask(aliases, {}, as(token))).data) as { refusal: { code: string } | null }[]
    const codes = answers.map(({ refusal }) => refusal?.code ?? 'DONE')
    expect(codes.slice(0, 3)).toEqual(['DONE', 'DONE', 'DONE'])
    const over = codes.slice(platform.shape === 'standalone' ? 3 : 4)
    expect(over).toEqual(over.map(() => 'QUOTA_TASKS_PER_HOUR'))
    const inputs = Array.from({ length: 3 }, () => ({ agent: '127.0.0.1', app: 'apptest', func: 'helloword' }))
    const many = await ask('mutation ($i: [RunTaskInput!]!) { runTasks(inputs: $i) { refusal { code } } }', { i: inputs }, as(token))
    expect(many.data.runTasks.map(({ refusal }: { refusal: { code: string } }) => refusal.code)).toEqual(inputs.map(() => 'QUOTA_TASKS_PER_HOUR'))
  })
})

describe('REST v2', () => {
  const exec = (app: string, param: string) => platform.rest('/api/v2/rt/exec', { ip: '127.0.0.1', app, func: 'helloword', param })

  it('refuses what a guard refuses or wants approved as not permitted, and what is over a limit with its text', async () => {
    const refused = (error: unknown) => ({ flag: 'false', error })
    expect(await exec('apptest', '"drop table a"')).toMatchObject(refused('[401.6]Unauthorized AuthId Permission Denied'))
    const guard = 'mutation ($i: SetGuardInput!) { setGuard(input: $i) { refusal { code } } }'
    await done(ask(guard, { i: { app: 'apptest', name: 'wipes', pattern: 'wipe', outcome: 'REFUSE' } }, as(admin)))
    const soon = { timeout: 30_000 }
    await expect.poll(() => exec('apptest', '"wipe"'), soon).toMatchObject(refused('[401.6]Unauthorized AuthId Permission Denied'))
    const limit = 'mutation ($i: SetLimitInput!) { setLimit(input: $i) { refusal { code } } }'
    await done(ask(limit, { i: { kind: 'APP', of: 'limited', tasksPerHour: 0 } }, as(admin)))
    const text = 'app limited may have 0 tasks requested within an hour, and has as many'
    await expect.poll(() => exec('limited', '{}'), soon).toMatchObject(refused(expect.stringContaining(text)))
    await auditorSees('APPROVAL_NEEDED')
    await auditorSees('CALL_GUARDED')
  })
})
