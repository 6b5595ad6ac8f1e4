import { approveTask } from '@elves/core/command-api/approve-task.ts'
import { cancelTask } from '@elves/core/command-api/cancel-task.ts'
import type { AnswerOf, AnyCommand, Caller, InputOf } from '@elves/core/command-api/command.ts'
import { commitQueue } from '@elves/core/command-api/commit-queue.ts'
import { createAuthKey } from '@elves/core/command-api/create-auth-key.ts'
import { createQueue } from '@elves/core/command-api/create-queue.ts'
import { createUser } from '@elves/core/command-api/create-user.ts'
import { grant } from '@elves/core/command-api/grant.ts'
import { refuseTask } from '@elves/core/command-api/refuse-task.ts'
import { removeLimit } from '@elves/core/command-api/remove-limit.ts'
import { setGuard } from '@elves/core/command-api/set-guard.ts'
import { setLimit } from '@elves/core/command-api/set-limit.ts'
import { updateUser } from '@elves/core/command-api/update-user.ts'
import { queueStream } from '@elves/core/domain/queue/queue.ts'
import { taskStateOf } from '@elves/core/domain/task/state.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callHandler } from '../command-handlers.ts'
import { ended, caller as local, request } from '../tests/center.ts'
import { instances } from '../tests/instances.ts'
import { TestAgent } from '../tests/test-agent.ts'

type Instances = Awaited<ReturnType<typeof instances>>
type Center = Awaited<ReturnType<Instances['command']>>

let all: Instances
let center: Center
let agent: string
let link: TestAgent

beforeEach(async () => {
  all = await instances(null, { restMode: 'supervisor' })
  center = await all.command('one')
  agent = randomAgentId()
  link = await TestAgent.join(center.url, { agentId: agent, ip: '10.0.0.1' })
})
afterEach(() => all.close())

function as<Asked extends AnyCommand>(caller: Caller, command: Asked, input: InputOf<Asked>, at = center): Promise<AnswerOf<Asked>> {
  return callHandler(at.handlers)(command, caller, input)
}

/** Somebody who may run and approve everything: the one kind of sender of which a test needs no password. */
async function sender(name: string, permissions = ['RUN', 'CANCEL', 'APPROVE']): Promise<Caller> {
  const id = String((await as(local, createAuthKey, { name })).authKeyId)
  for (const permission of permissions) await as(local, grant, { subject: { kind: 'AUTH_KEY', id }, permission })
  return { actor: { kind: 'AUTH_KEY', id, name }, correlationId: 'c', metadata: {} }
}

async function run(by: Caller, changes: Parameters<typeof request>[0] = {}, at = center) {
  const { refusal, taskId } = await at.commands.runTask(by, request({ agent, ...changes }))
  return { code: refusal?.code ?? 'DONE', message: refusal?.message ?? '', taskId: String(taskId) }
}

const codeOf = async (by: Caller, changes: Parameters<typeof request>[0] = {}, at = center) => (await run(by, changes, at)).code
const stateOf = async (taskId: string) => taskStateOf(await center.store.readStream(taskStream(taskId)))

async function tasksOf(queueId: string) {
  const events = await center.store.readStream(queueStream(queueId))
  return events.flatMap(({ event }) => (event.type === 'QueueTasksAdded' ? event.data.tasks.map(({ taskId }) => taskId) : []))
}

async function denied(code: string) {
  const events = await center.store.readAll({ from: null, direction: 'forwards', limit: 1_000 })
  return events.flatMap(({ event }) => (event.type === 'AccessDenied' && event.data.code === code ? [event.data] : []))
}

describe('quotas', () => {
  it('refuses what is over the open tasks of a key, an app or an agent, says whose, and records it', async () => {
    const key = await sender('script')
    await as(local, setLimit, { kind: 'AUTH_KEY', of: key.actor.id, openTasks: 2 })
    const [first, second, third] = [await run(key), await run(key), await run(key)]
    expect([first.code, second.code, third.code]).toEqual(['DONE', 'DONE', 'QUOTA_OPEN_TASKS'])
    expect(third.message).toBe('auth key script may have 2 tasks that have not ended, and has as many')
    // A refusal takes nothing, and an end gives back.
    await as(key, cancelTask, { id: first.taskId })
    expect(await codeOf(local)).toBe('DONE')
    await waitFor(async () => (await denied('QUOTA_OPEN_TASKS')).length > 0)
    expect(await denied('QUOTA_OPEN_TASKS')).toMatchObject([{ command: 'runTasks', app: 'apptest', agentId: agent, count: 1 }])
    await as(local, setLimit, { kind: 'APP', of: 'apptest', openTasks: 3 })
    expect(await codeOf(local)).toBe('QUOTA_OPEN_TASKS')
    expect(await codeOf(local, { app: 'other' })).toBe('DONE')
    await as(local, removeLimit, { kind: 'APP', of: 'apptest' })
    expect(await codeOf(local)).toBe('DONE')
    await as(local, setLimit, { kind: 'AGENT', of: '10.0.0.1', openTasks: 1 })
    expect(await codeOf(local)).toBe('QUOTA_OPEN_TASKS')
  })

  it('holds where requests come at once, and in one call', async () => {
    await as(local, setLimit, { kind: 'APP', of: 'apptest', openTasks: 10 })
    const batch = center.commands.runTasks(
      local,
      Array.from({ length: 20 }, () => request({ agent })),
    )
    const codes = await Promise.all([
      ...Array.from({ length: 20 }, () => codeOf(local)),
      batch.then((answers) => answers.map(({ refusal }) => refusal?.code ?? 'DONE')),
    ])
    expect(codes.flat().filter((code) => code === 'DONE')).toHaveLength(10)
  })

  it('takes the tasks that a queue is given all, or none of them, and says which is too many', async () => {
    await as(local, setLimit, { kind: 'APP', of: 'apptest', openTasks: 3 })
    const tasks = Array.from({ length: 5 }, () => ({ agent, func: 'hello' }))
    expect((await as(local, createQueue, { app: 'apptest', tasks })).refusal).toMatchObject({ code: 'QUOTA_OPEN_TASKS', field: 'tasks.3' })
    const events = await center.store.readAll({ from: null, direction: 'forwards', limit: 1_000 })
    expect(events.filter(({ event }) => event.type === 'TaskRequested')).toEqual([])
    for (const code of ['DONE', 'DONE', 'DONE', 'QUOTA_OPEN_TASKS']) expect(await codeOf(local)).toBe(code)
  })

  it('counts the tasks of an hour, also after they ended and after a restart, and a repeated request once', async () => {
    await as(local, setLimit, { kind: 'APP', of: '*', tasksPerHour: 3 })
    const again = { idempotencyKey: 'k' }
    for (const changes of [again, again, {}, {}]) expect(await codeOf(local, changes)).toBe('DONE')
    expect(await codeOf(local, again)).toBe('DONE')
    expect(await codeOf(local)).toBe('QUOTA_TASKS_PER_HOUR')
    expect(await codeOf(local, { app: 'other' })).toBe('DONE')
    const other = await all.command('two')
    await waitFor(async () => (await codeOf(local, {}, other)) !== 'AGENT_OFFLINE')
    expect(await codeOf(local, {}, other)).toBe('QUOTA_TASKS_PER_HOUR')
    expect(await codeOf(local, again, other)).toBe('DONE')
    expect(await codeOf(local, { app: 'other' }, other)).toBe('DONE')
  })

  it('counts what another instance has written', async () => {
    const other = await all.command('two')
    await as(local, setLimit, { kind: 'APP', of: 'apptest', openTasks: 4 })
    await waitFor(async () => (await codeOf(local, { app: 'probe' }, other)) === 'DONE')
    for (const at of [center, other, center, other]) expect(await codeOf(local, {}, at)).toBe('DONE')
    await waitFor(async () => {
      const [one, two] = [await codeOf(local), await codeOf(local, {}, other)]
      return one === 'QUOTA_OPEN_TASKS' && two === 'QUOTA_OPEN_TASKS'
    })
  })
})

describe('concurrency', () => {
  it('refuses a task that may not wait, and lets one that may have its turn when another ended', async () => {
    await as(local, setLimit, { kind: 'APP', of: 'apptest', runningTasks: 1 })
    const first = await run(local)
    expect(await codeOf(local)).toBe('CONCURRENCY_REACHED')
    const second = await run(local, { startWithinMs: 1_000 })
    expect(await stateOf(second.taskId)).toMatchObject({ phase: 'WAITING', wait: { reason: 'LIMIT' } })
    await as(local, setLimit, { kind: 'APP', of: 'apptest', runningTasks: 2 })
    await waitFor(async () => (await stateOf(second.taskId)).phase === 'DISPATCHED')
    expect((await stateOf(first.taskId)).phase).toBe('DISPATCHED')
  })

  it('gives the turn of a task that ended to the one that waits longest', async () => {
    await as(local, setLimit, { kind: 'APP', of: 'apptest', runningTasks: 1 })
    const first = await run(local)
    const waiting = [
      await run(local, { startWithinMs: 1_000 }),
      await run(local, { startWithinMs: 1_000 }),
      await run(local, { startWithinMs: 1_000 }),
    ]
    const dispatched = async () => (await Promise.all(waiting.map(({ taskId }) => stateOf(taskId)))).map(({ phase }) => phase === 'DISPATCHED')
    for (const [index, { taskId }] of [first, ...waiting.slice(0, 2)].entries()) {
      const { name, value } = ended(taskId)
      link.say(encode(name, value))
      await waitFor(async () => (await dispatched())[index])
      expect((await dispatched()).filter(Boolean)).toHaveLength(1)
    }
  })

  it('gives their turns to tasks of an app that is not full, however many of a full one wait before them', async () => {
    await as(local, setLimit, { kind: 'APP', of: '*', runningTasks: 1 })
    for (const app of ['apptest', 'other']) expect(await codeOf(local, { app })).toBe('DONE')
    for (let turn = 0; turn < 25; turn++) await run(local, { startWithinMs: 600_000 })
    const last = await run(local, { app: 'other', startWithinMs: 600_000 })
    expect(await stateOf(last.taskId)).toMatchObject({ phase: 'WAITING', wait: { reason: 'LIMIT' } })
    await as(local, setLimit, { kind: 'APP', of: '*', runningTasks: 2 })
    await waitFor(async () => (await stateOf(last.taskId)).phase === 'DISPATCHED')
  })

  it('lets the tasks of a queue wait for their turn, as many as may run at once', async () => {
    await as(local, setLimit, { kind: 'AGENT', of: agent, runningTasks: 2 })
    const tasks = Array.from({ length: 5 }, () => ({ agent, func: 'hello' }))
    const { queueId } = await as(local, createQueue, { app: 'apptest', tasks })
    await as(local, commitQueue, { queue: String(queueId) })
    const ids = await tasksOf(String(queueId))
    const phases = async () => (await Promise.all(ids.map(stateOf))).map(({ phase, wait }) => (phase === 'WAITING' ? wait?.reason : phase)).sort()
    await waitFor(async () => (await phases()).filter((one) => one === 'LIMIT').length === 3)
    expect(await phases()).toEqual(['DISPATCHED', 'DISPATCHED', 'LIMIT', 'LIMIT', 'LIMIT'])
  })
})

describe('guards and approvals', () => {
  const guarded = { app: 'apptest', pattern: '(?i)drop table', message: 'it drops a table' }

  it('warns, refuses and says why, and does not look at other calls', async () => {
    await as(local, setGuard, { ...guarded, name: 'warns', outcome: 'WARN' })
    const warned = await run(local, { param: '"DROP TABLE a"' })
    const history = await center.store.readStream(taskStream(warned.taskId))
    expect(history.map(({ event }) => event.type)).toEqual(['TaskRequested', 'TaskGuarded', 'TaskDispatched'])
    await as(local, setGuard, { ...guarded, name: 'refuses', outcome: 'REFUSE' })
    expect(await run(local, { param: '"DROP TABLE a"' })).toMatchObject({ code: 'CALL_GUARDED', message: 'it drops a table' })
    expect(await codeOf(local, { param: '"select"' })).toBe('DONE')
    await waitFor(async () => (await denied('CALL_GUARDED')).length === 1)
  })

  it('keeps a task until a second person approves it, who must be allowed to', async () => {
    const [holder, other] = [await sender('key', ['APPROVE']), await sender('none', ['RUN'])]
    await as(local, setGuard, { ...guarded, name: 'approve', outcome: 'APPROVE' })
    const { taskId, code } = await run(local, { param: '"drop table a"', wait: true })
    expect(code).toBe('DONE')
    expect(await stateOf(taskId)).toMatchObject({ phase: 'WAITING', wait: { reason: 'APPROVAL' }, approval: { state: 'PENDING' } })
    expect((await as(local, approveTask, { task: taskId })).refusal).toMatchObject({ code: 'APPROVAL_OWN' })
    expect((await as(other, approveTask, { task: taskId })).refusal).toMatchObject({ code: 'FORBIDDEN' })
    // A key of one's own is no second person.
    expect((await as(holder, approveTask, { task: taskId })).refusal).toMatchObject({ code: 'APPROVAL_OWN' })
    const second = { ...local, actor: { kind: 'SYSTEM', id: 'second person', name: null } } as const
    const approved = await as(second, approveTask, { task: taskId, reason: 'a backup is there' })
    expect(approved.events.map(({ event }) => event.type).slice(-2)).toEqual(['TaskApproved', 'TaskDispatched'])
    expect((await as(second, approveTask, { task: taskId })).refusal).toBeNull()
    expect((await as(second, refuseTask, { task: taskId })).refusal).toMatchObject({ code: 'APPROVAL_NONE' })
    await waitFor(async () => (await denied('APPROVAL_OWN')).length > 0)
  })

  it('counts a task that two people approve at once as running', async () => {
    const second = (id: string) => ({ ...local, actor: { kind: 'SYSTEM', id, name: null } }) as const
    await as(local, setGuard, { ...guarded, name: 'approve', outcome: 'APPROVE' })
    await as(local, setLimit, { kind: 'APP', of: 'apptest', runningTasks: 1 })
    const { taskId } = await run(local, { param: '"drop table a"' })
    const approvals = await Promise.all(['b', 'c', 'd', 'e'].map((id) => as(second(id), approveTask, { task: taskId })))
    expect(approvals.map(({ refusal }) => refusal?.code ?? 'DONE')).toEqual(Array(4).fill('DONE'))
    expect((await stateOf(taskId)).phase).toBe('DISPATCHED')
    expect(await codeOf(local)).toBe('CONCURRENCY_REACHED')
  })

  it('is not approved any more where who asked for the task may not run it any more', async () => {
    const { userId } = await as(local, createUser, { name: 'asker', roles: ['operator'] })
    const asker: Caller = { actor: { kind: 'USER', id: String(userId), name: 'asker' }, correlationId: 'c', metadata: {} }
    const second = { ...local, actor: { kind: 'SYSTEM', id: 'second person', name: null } } as const
    await as(local, setGuard, { ...guarded, name: 'approve', outcome: 'APPROVE' })
    const [gone, there] = [await run(asker, { param: '"drop table a"' }), await run(asker, { param: '"drop table b"' })]
    expect((await as(second, approveTask, { task: there.taskId })).refusal).toBeNull()
    await as(local, updateUser, { user: String(userId), roles: [] })
    expect((await as(second, approveTask, { task: gone.taskId })).refusal).toMatchObject({ code: 'FORBIDDEN' })
    expect(await stateOf(gone.taskId)).toMatchObject({ phase: 'WAITING', wait: { reason: 'APPROVAL' } })
  })

  it('does not let a queue run where who added tasks may not run them any more', async () => {
    const { userId } = await as(local, createUser, { name: 'asker', roles: ['operator'] })
    const asker: Caller = { actor: { kind: 'USER', id: String(userId), name: 'asker' }, correlationId: 'c', metadata: {} }
    const tasks = [{ agent, func: 'hello' }]
    const queues = [await as(asker, createQueue, { app: 'apptest', tasks }), await as(asker, createQueue, { app: 'apptest', tasks })]
    const [first = '', second = ''] = queues.map(({ queueId }) => String(queueId))
    expect((await as(local, commitQueue, { queue: first })).refusal).toBeNull()
    await as(local, updateUser, { user: String(userId), roles: [] })
    expect((await as(local, commitQueue, { queue: second })).refusal).toMatchObject({ code: 'FORBIDDEN', field: 'queue' })
  })

  it('skips what somebody refuses, and what nobody approved in time', async () => {
    await as(local, setGuard, { ...guarded, name: 'approve', outcome: 'APPROVE', approvalMs: 1_000 })
    const [refused, expired] = [await run(local, { param: '"drop table a"' }), await run(local, { param: '"drop table b"' })]
    await as(local, refuseTask, { task: refused.taskId, reason: 'no' })
    const lastOf = async (taskId: string) => (await center.store.readStream(taskStream(taskId))).at(-1)?.event
    expect(await lastOf(refused.taskId)).toMatchObject({ type: 'TaskSkipped', data: { failure: { code: 'APPROVAL_REFUSED', message: 'no' } } })
    await waitFor(async () => (await stateOf(expired.taskId)).phase === 'SKIPPED')
    expect(await lastOf(expired.taskId)).toMatchObject({ data: { failure: { code: 'APPROVAL_EXPIRED' } } })
  })

  it('refuses a key of REST v2, which can not wait for an approval', async () => {
    const key = await sender('script')
    await as(local, setGuard, { ...guarded, name: 'approve', outcome: 'APPROVE' })
    expect(await codeOf(key, { param: '"drop table a"' })).toBe('APPROVAL_NEEDED')
  })

  it('approves a task that its queue still holds, and keeps one that is not approved when its turn comes', async () => {
    await as(local, setGuard, { ...guarded, name: 'approve', outcome: 'APPROVE' })
    const tasks = ['"drop table a"', '"drop table b"'].map((param) => ({ agent, func: 'hello', param }))
    const { queueId } = await as(local, createQueue, { app: 'apptest', tasks })
    const [first = '', second = ''] = await tasksOf(String(queueId))
    const person = { ...local, actor: { kind: 'SYSTEM', id: 'second person', name: null } } as const
    expect((await as(person, approveTask, { task: first })).refusal).toBeNull()
    expect(await stateOf(first)).toMatchObject({ phase: 'WAITING', wait: { reason: 'QUEUE' } })
    await as(local, commitQueue, { queue: String(queueId) })
    await waitFor(async () => (await stateOf(first)).phase === 'DISPATCHED')
    await waitFor(async () => (await stateOf(second)).wait?.reason === 'APPROVAL')
    expect((await as(local, approveTask, { task: second })).refusal).toMatchObject({ code: 'APPROVAL_OWN' })
  })
})
