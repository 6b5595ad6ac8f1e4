import type { Caller, Command } from '@elves/core/command-api/command.ts'
import { createAuthKey } from '@elves/core/command-api/create-auth-key.ts'
import { grant } from '@elves/core/command-api/grant.ts'
import { setGuard } from '@elves/core/command-api/set-guard.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { allComponents } from '@elves/core/foundation/components.ts'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { callHandler } from './command-handlers.ts'
import { caller as local, request, wholeRun } from './tests/center.ts'
import { instances } from './tests/instances.ts'
import { TestAgent, until } from './tests/test-agent.ts'

/** A process whose tables of what is due are yet to be made from a long log, as after a restore: agents connect and tasks run meanwhile. */

let all: Awaited<ReturnType<typeof instances>>
beforeEach(async () => {
  all = await instances(null, { restMode: 'supervisor' })
})
afterEach(() => all.close())

const never = () => new Promise<void>(() => undefined)

test('tasks run, guards hold, and what a key may do is known, while the tables are made', async () => {
  const before = await all.command('before')
  const as = (command: Command, input: object) => callHandler(before.handlers)(command, local, input as never) as Promise<Record<string, unknown>>
  await as(setGuard, { app: 'guarded', name: 'no', outcome: 'REFUSE', message: 'not today' })
  const id = String((await as(createAuthKey, { name: 'script' }))['authKeyId'])
  await as(grant, { subject: { kind: 'AUTH_KEY', id }, permission: 'RUN', apps: ['apptest'] })
  await before.stop()

  const center = await all.command('after', allComponents, never())
  const agent = randomAgentId()
  const link = await TestAgent.join(center.url, { agentId: agent })
  link.onMessage = ({ name, value }) => {
    if (name === 'RunTask') link.say(...wholeRun(value.taskId).map((report) => encode(report.name, report.value)))
  }
  const run = (by: Caller, app: string) => center.commands.runTask(by, request({ agent, app }))
  const { taskId, refusal } = await run(local, 'apptest')
  expect(refusal).toBeNull()
  const last = async () => (await center.store.readStream(taskStream(taskId ?? ''))).at(-1)?.event.type
  await until(async () => (await last()) === 'TaskSucceeded', 'the end of the task')
  expect((await run(local, 'guarded')).refusal?.code).toBe('CALL_GUARDED')
  const key: Caller = { actor: { kind: 'AUTH_KEY', id, name: 'script' }, correlationId: 'c', metadata: {} }
  expect((await run(key, 'apptest')).refusal).toBeNull()
  expect((await run(key, 'other')).refusal?.code).toBe('FORBIDDEN')
})
