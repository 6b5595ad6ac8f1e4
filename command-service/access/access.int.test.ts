import { addQueueTasks } from '@elves/core/command-api/add-queue-tasks.ts'
import { cancelTask } from '@elves/core/command-api/cancel-task.ts'
import type { AnswerOf, AnyCommand, Caller, InputOf } from '@elves/core/command-api/command.ts'
import { commitQueue } from '@elves/core/command-api/commit-queue.ts'
import { createApp } from '@elves/core/command-api/create-app.ts'
import { createAuthKey } from '@elves/core/command-api/create-auth-key.ts'
import { createQueue } from '@elves/core/command-api/create-queue.ts'
import { createRole } from '@elves/core/command-api/create-role.ts'
import { createSchedule } from '@elves/core/command-api/create-schedule.ts'
import { createWebhook } from '@elves/core/command-api/create-webhook.ts'
import { deleteRole } from '@elves/core/command-api/delete-role.ts'
import { deleteSchedule } from '@elves/core/command-api/delete-schedule.ts'
import { grant } from '@elves/core/command-api/grant.ts'
import { pauseSchedule } from '@elves/core/command-api/pause-schedule.ts'
import { resumeSchedule } from '@elves/core/command-api/resume-schedule.ts'
import { revokeAuthKey } from '@elves/core/command-api/revoke-auth-key.ts'
import { revokeGrant } from '@elves/core/command-api/revoke-grant.ts'
import { rotateAuthKey } from '@elves/core/command-api/rotate-auth-key.ts'
import { setAgentLabels } from '@elves/core/command-api/set-agent-labels.ts'
import { updateRole } from '@elves/core/command-api/update-role.ts'
import { updateWebhook } from '@elves/core/command-api/update-webhook.ts'
import { scheduleStream } from '@elves/core/domain/schedule/schedule.ts'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callHandler } from '../command-handlers.ts'
import { caller as local, request } from '../tests/center.ts'
import { instances } from '../tests/instances.ts'
import { TestAgent } from '../tests/test-agent.ts'

type Instances = Awaited<ReturnType<typeof instances>>
type Center = Awaited<ReturnType<Instances['command']>>

let all: Instances
let center: Center
let prod: string
let test: string

beforeEach(async () => {
  all = await instances(null, { restMode: 'supervisor' })
  center = await all.command('one')
  prod = await agentWith('10.0.0.1', { env: 'prod' })
  test = await agentWith('10.0.0.2', { env: 'test' })
})
afterEach(() => all.close())

async function agentWith(ip: string, labels: Record<string, string>): Promise<string> {
  const agentId = randomAgentId()
  await TestAgent.join(center.url, { agentId, ip })
  expect((await as(local, setAgentLabels, { agent: agentId, labels })).refusal).toBeNull()
  return agentId
}

function as<Asked extends AnyCommand>(caller: Caller, command: Asked, input: InputOf<Asked>, at = center): Promise<AnswerOf<Asked>> {
  return callHandler(at.handlers)(command, caller, input)
}

/** A new auth key as the sender of commands. */
async function keyHolder(name = 'script'): Promise<Caller> {
  const { authKeyId } = await as(local, createAuthKey, { name })
  return { actor: { kind: 'AUTH_KEY', id: String(authKeyId), name }, correlationId: 'c', metadata: {} }
}

async function allow(holder: Caller, permission: string, over: Partial<InputOf<typeof grant>> = {}, by = local): Promise<string> {
  const answer = await as(by, grant, { subject: { kind: 'AUTH_KEY', id: holder.actor.id }, permission, ...over })
  if (answer.refusal) throw new Error(`${answer.refusal.code}: ${answer.refusal.message}`)
  return answer.grantId
}

async function codeOf(answer: Promise<{ readonly refusal: { readonly code: string } | null }>): Promise<string> {
  return (await answer).refusal?.code ?? 'DONE'
}

const run = (holder: Caller, agent: string, changes: Parameters<typeof request>[0] = {}, at = center) =>
  codeOf(at.commands.runTask(holder, request({ agent, ...changes })))

async function secretOf(asked: Promise<AnswerOf<typeof createAuthKey>>): Promise<{ readonly id: string; readonly secret: string }> {
  const answer = await asked
  if (answer.refusal || answer.secret === undefined) throw new Error(answer.refusal?.message ?? 'no secret')
  return { id: answer.authKeyId, secret: answer.secret }
}

async function denialsOf(holder: Caller) {
  const events = await center.store.readAll({ from: null, direction: 'forwards', limit: 1_000 })
  return events.flatMap(({ event, context }) => (event.type === 'AccessDenied' && context.actor.id === holder.actor.id ? [event.data] : []))
}

describe('the write side', () => {
  it('lets nobody run what no grant allows, says what is missing, and records it', async () => {
    const holder = await keyHolder()
    const answer = await center.commands.runTask(holder, request({ agent: prod }))
    expect(answer.refusal).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('auth key script may not run') })
    await waitFor(async () => (await denialsOf(holder)).length === 1)
    expect(await denialsOf(holder)).toMatchObject([{ permission: 'RUN', command: 'runTasks', count: 1 }])
  })

  it('lets a grant run its app and function on the agents of its selector, until it is revoked', async () => {
    const holder = await keyHolder()
    const grantId = await allow(holder, 'RUN', { apps: ['apptest'], funcs: ['hello'], agents: 'env=prod' })
    expect(await run(holder, prod)).toBe('DONE')
    expect(await run(holder, '10.0.0.1')).toBe('DONE')
    expect(await run(holder, test)).toBe('FORBIDDEN')
    expect(await run(holder, prod, { app: 'other' })).toBe('FORBIDDEN')
    expect(await run(holder, prod, { func: 'other' })).toBe('FORBIDDEN')
    expect(await run(holder, '10.9.9.9')).toBe('FORBIDDEN')
    await as(local, revokeGrant, { grant: grantId, reason: 'over' })
    expect(await run(holder, prod)).toBe('FORBIDDEN')
  })

  it('decides each task of a call by itself', async () => {
    const holder = await keyHolder()
    await allow(holder, 'RUN', { agents: 'env=prod' })
    const answers = await center.commands.runTasks(holder, [request({ agent: test }), request({ agent: prod }), request({ agent: test })])
    expect(answers.map(({ refusal }) => refusal?.code ?? 'DONE')).toEqual(['FORBIDDEN', 'DONE', 'FORBIDDEN'])
  })

  it('follows an agent whose labels change', async () => {
    const holder = await keyHolder()
    await allow(holder, 'RUN', { agents: 'env=prod' })
    expect(await run(holder, test)).toBe('FORBIDDEN')
    await as(local, setAgentLabels, { agent: test, labels: { env: 'prod' } })
    await waitFor(async () => (await run(holder, test)) === 'DONE')
  })

  it('narrows by the scopes of an access token', async () => {
    const holder = await keyHolder()
    await allow(holder, 'RUN')
    expect(await run({ ...holder, scopes: ['VIEW'] }, prod)).toBe('FORBIDDEN')
    expect(await run({ ...holder, scopes: [] }, prod)).toBe('FORBIDDEN')
    expect(await run({ ...holder, scopes: ['RUN'] }, prod)).toBe('DONE')
    expect(await run({ ...holder, scopes: null }, prod)).toBe('DONE')
  })

  it('looks up what a task, a schedule, a queue and a webhook are about', async () => {
    const [inProd, inTest] = [await keyHolder('prod'), await keyHolder('test')]
    for (const permission of ['RUN', 'CANCEL', 'SCHEDULE']) {
      await allow(inProd, permission, { apps: ['apptest'], agents: 'env=prod' })
      await allow(inTest, permission, { apps: ['apptest'], agents: 'env=test' })
    }
    const { taskId } = await center.commands.runTask(inProd, request({ agent: prod }))
    expect(await codeOf(as(inTest, cancelTask, { id: String(taskId) }))).toBe('FORBIDDEN')
    expect(await codeOf(as(inProd, cancelTask, { id: String(taskId) }))).toBe('DONE')

    const schedule = { rule: '0 0 3 * * ?', timeZone: 'UTC', app: 'apptest', func: 'hello' }
    expect(await codeOf(as(inTest, createSchedule, { ...schedule, agent: prod }))).toBe('FORBIDDEN')
    const { scheduleId } = await as(inProd, createSchedule, { ...schedule, agent: prod })
    expect(await codeOf(as(inTest, deleteSchedule, { schedule: String(scheduleId) }))).toBe('FORBIDDEN')
    expect(await codeOf(as(inProd, deleteSchedule, { schedule: String(scheduleId) }))).toBe('DONE')

    const { queueId } = await as(inProd, createQueue, { app: 'apptest', tasks: [{ agent: prod, func: 'hello' }] })
    const queue = String(queueId)
    expect(await codeOf(as(inTest, addQueueTasks, { queue, tasks: [{ agent: test, app: 'apptest', func: 'hello' }] }))).toBe('FORBIDDEN')
    expect(await codeOf(as(inTest, commitQueue, { queue }))).toBe('FORBIDDEN')
    expect(await codeOf(as(inProd, commitQueue, { queue }))).toBe('DONE')

    await allow(inProd, 'MANAGE_APPS', { apps: ['apptest'] })
    for (const permission of ['VIEW', 'AUDIT']) await allow(inProd, permission, { apps: ['apptest'] })
    const url = 'https://example.com/'
    expect(await codeOf(as(inProd, createWebhook, { url }))).toBe('FORBIDDEN')
    expect(await codeOf(as(inProd, createWebhook, { url, filter: { apps: ['apptest'] } }))).toBe('DONE')
    expect(await codeOf(as(inProd, createApp, { name: 'other' }))).toBe('FORBIDDEN')
  })

  it('lets a schedule fire as long as who made it, changed it or resumed it last may schedule it, and records each fire that it refuses', async () => {
    const [holder, other] = [await keyHolder('maker'), await keyHolder('heir')]
    const grantId = await allow(holder, 'SCHEDULE', { agents: 'env=prod' })
    await allow(other, 'SCHEDULE')
    const { scheduleId } = await as(holder, createSchedule, { rule: '* * * * * ?', timeZone: 'UTC', app: 'apptest', func: 'hello', agent: prod })
    const schedule = String(scheduleId)
    const firesOf = async () => {
      const events = await center.store.readAll({ from: null, direction: 'forwards', limit: 10_000 })
      return events.filter(({ event }) => event.type === 'TaskRequested' && event.data.scheduleId === schedule)
    }
    const refusedOf = async () =>
      (await center.store.readStream(scheduleStream(schedule))).flatMap(({ event }) =>
        event.type === 'ScheduleInstantsNotFired' && event.data.reason?.startsWith('FORBIDDEN') ? [event.data] : [],
      )
    await waitFor(async () => (await firesOf()).length > 0)
    expect((await firesOf())[0]?.context).toMatchObject({ actor: { kind: 'SCHEDULE' }, metadata: { onBehalfOf: `AUTH_KEY ${holder.actor.id}` } })
    await as(local, revokeGrant, { grant: grantId })
    await waitFor(async () => (await refusedOf()).length > 0)
    const fired = (await firesOf()).length
    await waitFor(async () => (await denialsOf(holder)).some(({ command }) => command === 'scheduleFire'))
    const refused = (await refusedOf()).length
    await waitFor(async () => (await refusedOf()).length > refused)
    expect(await firesOf()).toHaveLength(fired)
    await as(other, pauseSchedule, { schedule })
    await as(other, resumeSchedule, { schedule })
    await waitFor(async () => (await firesOf()).length > fired)
    expect((await firesOf()).at(-1)?.context.metadata).toEqual({ onBehalfOf: `AUTH_KEY ${other.actor.id}` })
  })

  it('takes the app of an added task that names none from its queue, and both from one grant', async () => {
    const holder = await keyHolder()
    await allow(holder, 'RUN', { apps: ['apptest'], agents: 'env=test' })
    await allow(holder, 'RUN', { apps: ['other'], agents: 'env=prod' })
    const queue = String((await as(holder, createQueue, { app: 'apptest' })).queueId)
    const add = (agent: string) => codeOf(as(holder, addQueueTasks, { queue, tasks: [{ agent, func: 'hello' }] }))
    expect(await add(prod)).toBe('FORBIDDEN')
    expect(await add(test)).toBe('DONE')
    expect(await codeOf(as(holder, commitQueue, { queue }))).toBe('DONE')
  })

  it('checks each task of a queue, those of an earlier call and of another sender too', async () => {
    const [mine, theirs] = [await keyHolder('mine'), await keyHolder('theirs')]
    await allow(mine, 'RUN', { agents: 'env=test' })
    await allow(theirs, 'RUN')
    const queue = String((await as(mine, createQueue, { app: 'apptest' })).queueId)
    const add = (holder: Caller, agent: string) => codeOf(as(holder, addQueueTasks, { queue, tasks: [{ agent, func: 'hello' }] }))
    for (let times = 0; times < 3; times++) expect(await add(mine, test)).toBe('DONE')
    expect(await add(theirs, prod)).toBe('DONE')
    expect(await add(mine, test)).toBe('FORBIDDEN')
    expect(await codeOf(as(mine, commitQueue, { queue }))).toBe('FORBIDDEN')
    expect(await codeOf(as(theirs, commitQueue, { queue }))).toBe('DONE')
  })

  it('tells a webhook of tasks to who may view them, and of everything else to who may audit it', async () => {
    const holder = await keyHolder()
    const url = 'https://example.com/'
    const make = (filter?: InputOf<typeof createWebhook>['filter']) => codeOf(as(holder, createWebhook, { url, ...(filter && { filter }) }))
    await allow(holder, 'MANAGE_APPS')
    for (const filter of [undefined, { apps: ['apptest'] }, { states: ['FAILED'] }]) expect(await make(filter)).toBe('FORBIDDEN')
    await allow(holder, 'VIEW', { apps: ['apptest'] })
    const ofTasks = { apps: ['apptest'], states: ['FAILED'] }
    expect(await make(ofTasks)).toBe('DONE')
    expect(await make({ apps: ['apptest'], types: ['TaskSucceeded'] })).toBe('DONE')
    for (const filter of [{ states: ['FAILED'] }, { apps: ['apptest'] }, { apps: ['apptest'], types: ['TaskSucceeded', 'AuthKeyCreated'] }]) {
      expect(await make(filter)).toBe('FORBIDDEN')
    }
    const everything = String((await as(local, createWebhook, { url })).webhookId)
    expect(await codeOf(as(holder, updateWebhook, { webhook: everything, url: 'https://example.com/mine' }))).toBe('FORBIDDEN')
    expect(await codeOf(as(holder, updateWebhook, { webhook: everything, filter: ofTasks }))).toBe('FORBIDDEN')
    for (const permission of ['VIEW', 'AUDIT']) await allow(holder, permission)
    expect(await make()).toBe('DONE')
    expect(await codeOf(as(holder, updateWebhook, { webhook: everything, url: 'https://example.com/mine' }))).toBe('DONE')
  })

  it('lets nobody take an agent by its labels to where he manages none', async () => {
    const holder = await keyHolder()
    await allow(holder, 'MANAGE_AGENTS', { agents: 'env=test' })
    expect(await codeOf(as(holder, setAgentLabels, { agent: test, labels: { env: 'prod' } }))).toBe('FORBIDDEN')
    expect(await codeOf(as(holder, setAgentLabels, { agent: test, labels: {} }))).toBe('FORBIDDEN')
    expect(await codeOf(as(holder, setAgentLabels, { agent: test, labels: { env: 'test', room: '1' } }))).toBe('DONE')
  })

  it('lets nobody bring back the grants of a deleted role that he could not give', async () => {
    const holder = await keyHolder()
    for (const permission of ['MANAGE_ACCESS', 'VIEW']) await allow(holder, permission)
    const ops = { name: 'ops', permissions: ['VIEW'] }
    await as(local, createRole, ops)
    const run = await as(local, grant, { subject: { kind: 'ROLE', id: 'ops' }, permission: 'RUN' })
    await as(local, deleteRole, { name: 'ops' })
    expect(await codeOf(as(holder, createRole, ops))).toBe('FORBIDDEN')
    await as(local, revokeGrant, { grant: String(run.grantId) })
    expect(await codeOf(as(holder, createRole, ops))).toBe('DONE')
  })

  it('checks a key that people made also where this process does not expect any', async () => {
    const holder = await keyHolder()
    await center.stop()
    await all.close()
    all = await instances(null)
    center = await all.command('one')
    const agent = await agentWith('10.0.0.1', {})
    const [made, pair] = [await keyHolder(), { ...holder, actor: { kind: 'AUTH_KEY', id: 'ops', name: null } } as const]
    expect(await run(made, agent)).toBe('FORBIDDEN')
    expect(await codeOf(as(made, createQueue, { app: 'apptest' }))).toBe('FORBIDDEN')
    expect(await run(pair, agent)).toBe('DONE')
    await allow(made, 'RUN')
    expect(await run(made, agent)).toBe('DONE')
  })

  it('lets nobody give what he does not have, by a grant or by a role', async () => {
    const holder = await keyHolder()
    await allow(holder, 'MANAGE_ACCESS', { apps: ['apptest'], agents: 'env=test' })
    await allow(holder, 'RUN', { apps: ['apptest'], agents: 'env=test' })
    const give = (permission: string, over: Partial<InputOf<typeof grant>>) =>
      codeOf(as(holder, grant, { subject: { kind: 'AUTH_KEY', id: holder.actor.id }, permission, ...over }))
    expect(await give('RUN', { apps: ['apptest'], agents: 'env=test,room=1' })).toBe('DONE')
    expect(await give('RUN', { apps: ['apptest'] })).toBe('FORBIDDEN')
    expect(await give('RUN', { agents: 'env=test' })).toBe('FORBIDDEN')
    expect(await give('CANCEL', { apps: ['apptest'], agents: 'env=test' })).toBe('FORBIDDEN')
    const scope = { apps: ['apptest'], agents: 'env=test' }
    expect(await codeOf(as(holder, createRole, { name: 'mine', permissions: ['RUN'], ...scope }))).toBe('DONE')
    expect(await codeOf(as(holder, updateRole, { name: 'mine', permissions: ['RUN', 'AUDIT'] }))).toBe('FORBIDDEN')
    expect(await codeOf(as(holder, updateRole, { name: 'mine', agents: '' }))).toBe('FORBIDDEN')
    await as(local, createRole, { name: 'theirs', permissions: ['VIEW'] })
    expect(await codeOf(as(holder, updateRole, { name: 'theirs', description: 'x' }))).toBe('FORBIDDEN')
    expect(await codeOf(as(holder, deleteRole, { name: 'theirs' }))).toBe('FORBIDDEN')
    expect(await codeOf(as(holder, deleteRole, { name: 'mine' }))).toBe('DONE')
    const other = await allow(await keyHolder('other'), 'RUN')
    expect(await codeOf(as(holder, revokeGrant, { grant: other }))).toBe('FORBIDDEN')
  })

  it('lets nobody gain by labels that he gives', async () => {
    const holder = await keyHolder()
    await allow(holder, 'MANAGE_AGENTS')
    await allow(holder, 'RUN', { agents: 'env=prod' })
    await allow(holder, 'VIEW', { agents: '!env' })
    expect(await codeOf(as(holder, setAgentLabels, { agent: test, labels: { env: 'prod' } }))).toBe('FORBIDDEN')
    expect(await codeOf(as(holder, setAgentLabels, { agent: test, labels: {} }))).toBe('FORBIDDEN')
    expect(await codeOf(as(holder, setAgentLabels, { agent: test, labels: { env: 'test', room: '1' } }))).toBe('DONE')
  })

  it('refuses grants to nobody, with a code of their own', async () => {
    const give = (kind: 'USER' | 'ROLE' | 'AUTH_KEY') => codeOf(as(local, grant, { subject: { kind, id: 'nobody' }, permission: 'RUN' }))
    expect(await give('USER')).toBe('SUBJECT_UNKNOWN')
    expect(await give('ROLE')).toBe('SUBJECT_UNKNOWN')
    expect(await give('AUTH_KEY')).toBe('SUBJECT_UNKNOWN')
  })

  it('shows the secret of a key to the same request again, keeps it sealed, and in no event', async () => {
    const create = () => secretOf(as(local, createAuthKey, { name: 'deploy', app: 'apptest', idempotencyKey: 'k' }))
    const first = await create()
    expect(first.secret).toHaveLength(32)
    expect(await create()).toEqual(first)
    const { id } = first
    const rotate = () => secretOf(as(local, rotateAuthKey, { id, idempotencyKey: 'r' }))
    const second = await rotate()
    expect(second.secret).not.toBe(first.secret)
    expect(await rotate()).toEqual(second)
    const secrets = [first.secret, second.secret]
    const { rows } = await center.pool.query<{ sealed: Buffer }>('select sealed from elves.auth_key_secrets')
    expect(rows.length).toBe(2)
    const log = JSON.stringify(await center.store.readAll({ from: null, direction: 'forwards', limit: 1_000 }))
    for (const secret of secrets) {
      expect(log).not.toContain(secret)
      for (const { sealed } of rows) expect(sealed.includes(secret)).toBe(false)
    }
    expect(await codeOf(as(local, revokeAuthKey, { id }))).toBe('DONE')
    expect((await center.pool.query('select 1 from elves.auth_key_secrets')).rows).toEqual([])
  })

  it('knows after a restart, and in another instance, what was granted and revoked', async () => {
    const holder = await keyHolder()
    await allow(holder, 'RUN', { agents: 'env=prod' })
    const two = await all.command('two')
    expect(await run(holder, prod, {}, two)).not.toBe('FORBIDDEN')
    expect(await run(holder, test, {}, two)).toBe('FORBIDDEN')
    const grantId = await allow(holder, 'RUN', { agents: 'env=test' })
    await waitFor(async () => (await run(holder, test, {}, two)) !== 'FORBIDDEN')
    await as(local, revokeGrant, { grant: grantId })
    await waitFor(async () => (await run(holder, test, {}, two)) === 'FORBIDDEN')
    await center.stop()
    const three = await all.command('three')
    expect(await run(holder, prod, {}, three)).not.toBe('FORBIDDEN')
    expect(await run(holder, test, {}, three)).toBe('FORBIDDEN')
  })

  it('makes few events of many denials', async () => {
    const holder = await keyHolder()
    await allow(holder, 'RUN', { agents: 'env=prod' })
    for (let times = 0; times < 50; times++) await run(holder, test)
    for (let times = 0; times < 50; times++) await run(holder, test, { app: `app-${times}` })
    await center.stop()
    center = await all.command('after')
    const denials = await denialsOf(holder)
    expect(denials.length).toBeLessThan(25)
    expect(denials.reduce((sum, { count }) => sum + count, 0)).toBe(100)
  })
})
