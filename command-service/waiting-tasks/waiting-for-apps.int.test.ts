import { banApp } from '@elves/core/command-api/ban-app.ts'
import { bindApp } from '@elves/core/command-api/bind-app.ts'
import type { Command } from '@elves/core/command-api/command.ts'
import { createApp } from '@elves/core/command-api/create-app.ts'
import { releaseAppVersion } from '@elves/core/command-api/release-app-version.ts'
import { uploadAppVersion } from '@elves/core/command-api/upload-app-version.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { callHandler } from '../command-handlers.ts'
import { caller, request } from '../tests/center.ts'
import { instances } from '../tests/instances.ts'
import { TestAgent, testHello, until } from '../tests/test-agent.ts'

let all: Awaited<ReturnType<typeof instances>>
let center: Awaited<ReturnType<typeof all.command>>
beforeEach(async () => {
  all = await instances()
  center = await all.command('one')
})
afterEach(() => all.close())

async function call(command: Command, input: object): Promise<void> {
  const { refusal } = await callHandler(center.handlers)(command, caller, input as never)
  expect(refusal).toBeNull()
}

/** An agent to which the app "shop" is on its way. */
async function agentWithout(): Promise<{ agent: TestAgent; ip: string }> {
  await call(createApp, { name: 'shop' })
  await call(uploadAppVersion, { app: 'shop', version: '1', sha256: 'a'.repeat(64), bytes: 1, unpackedBytes: 1, files: 1, manifest: null })
  await call(bindApp, { app: 'shop', agents: '' })
  await call(releaseAppVersion, { app: 'shop', version: '1' })
  const hello = testHello()
  const agent = await TestAgent.join(center.url, hello)
  await until(() => agent.all('SetApps').some(({ apps }) => apps[0]?.app === 'shop'), 'the wish')
  return { agent, ip: hello.ip }
}

async function typesOf(taskId: string | null): Promise<readonly string[]> {
  return (await center.store.readStream(taskStream(taskId ?? ''))).map(({ event }) => event.type)
}

const told = { reportId: 1, app: 'shop', version: '1', code: null, message: null } as const

test('a task that may wait is dispatched when its app has come to the agent', async () => {
  const { agent, ip } = await agentWithout()
  const { taskId } = await center.commands.runTask(caller, request({ agent: ip, app: 'shop', startWithinMs: 600_000 }))
  expect(await typesOf(taskId)).toEqual(['TaskRequested', 'TaskWaiting'])
  agent.say(encode('AgentAppReport', { ...told, outcome: 'INSTALLED' }))
  expect(await agent.heard('RunTask')).toMatchObject({ taskId, attempt: 1 })
})

test('a task that may wait is given to the agent where the app can not be installed: the agent says what is wrong', async () => {
  const { agent, ip } = await agentWithout()
  const { taskId } = await center.commands.runTask(caller, request({ agent: ip, app: 'shop', startWithinMs: 600_000 }))
  agent.say(encode('AgentAppReport', { ...told, outcome: 'FAILED', code: 'PACKAGE_CHANGED', message: 'other bytes' }))
  expect((await agent.heard('RunTask')).taskId).toBe(taskId)
})

test('a task that may not wait goes to the agent at once, and so does one of an app that the center does not bring', async () => {
  const { agent, ip } = await agentWithout()
  const now = await center.commands.runTask(caller, request({ agent: ip, app: 'shop' }))
  const local = await center.commands.runTask(caller, request({ agent: ip, app: 'other', startWithinMs: 600_000 }))
  await until(() => agent.all('RunTask').length === 2, 'both tasks')
  expect(agent.all('RunTask').map(({ taskId }) => taskId)).toEqual([now.taskId, local.taskId])
})

test('a ban ends the tasks of the app that wait', async () => {
  const { ip } = await agentWithout()
  const { taskId } = await center.commands.runTask(caller, request({ agent: ip, app: 'shop', startWithinMs: 600_000 }))
  await call(banApp, { app: 'shop', reason: null })
  await until(async () => (await typesOf(taskId)).at(-1) === 'TaskSkipped', 'the end of the task')
  const [, , skipped] = await center.store.readStream(taskStream(taskId ?? ''))
  expect(skipped?.event.data).toMatchObject({ failure: { code: 'APP_BANNED' } })
})
