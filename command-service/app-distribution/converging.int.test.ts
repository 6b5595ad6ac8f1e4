import { banApp } from '@elves/core/command-api/ban-app.ts'
import { bindApp } from '@elves/core/command-api/bind-app.ts'
import type { Command } from '@elves/core/command-api/command.ts'
import { createApp } from '@elves/core/command-api/create-app.ts'
import { releaseAppVersion } from '@elves/core/command-api/release-app-version.ts'
import { resumeRollout } from '@elves/core/command-api/resume-rollout.ts'
import { unbanApp } from '@elves/core/command-api/unban-app.ts'
import { uploadAppVersion } from '@elves/core/command-api/upload-app-version.ts'
import { withdrawAppVersion } from '@elves/core/command-api/withdraw-app-version.ts'
import { agentAppsStream } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { appAggregate, appStream } from '@elves/core/domain/app/app.ts'
import { releasedVersion } from '@elves/core/domain/app/state.ts'
import { encode } from '@elves/schemas/codec/codec.ts'
import type { AgentHello } from '@elves/schemas/generated/types.ts'
import { type SteppedClock, steppedClock } from '@elves/tests/support/stepped-clock.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { callHandler } from '../command-handlers.ts'
import { caller } from '../tests/center.ts'
import { instances } from '../tests/instances.ts'
import { TestAgent, testHello, until } from '../tests/test-agent.ts'

/** However it comes about, agents have in the end what the log says. */

let all: Awaited<ReturnType<typeof instances>>
let center: Awaited<ReturnType<typeof all.command>>
let clock: SteppedClock
let reportId = 0
const [minuteMs, monthMs] = [60_000, 31 * 86_400_000]
beforeEach(async () => {
  all = await instances()
  clock = await steppedClock(all.database.pool)
  center = await all.command('one')
  await call(createApp, { name: 'shop' })
  for (const version of ['1', '2', '3']) {
    await call(uploadAppVersion, { app: 'shop', version, sha256: version.repeat(64), bytes: 1, unpackedBytes: 1, files: 1, manifest: null })
  }
  await call(bindApp, { app: 'shop', agents: '' })
})
afterEach(() => all.close())

async function call(command: Command, input: object): Promise<void> {
  const { refusal } = await callHandler(center.handlers)(command, caller, input as never)
  expect(refusal).toBeNull()
}

/** An agent that does at once what it is told, and tells it; on its way to one version it is away. */
async function obedient(hello: AgentHello = testHello(), switchesTo: string | null = null) {
  const agent = await TestAgent.connect(center.url)
  let [has, revision] = ['', -1]
  agent.onMessage = (message) => {
    if (message.name !== 'SetApps' || message.value.revision < revision) return
    revision = message.value.revision
    const wanted = message.value.apps.find(({ app }) => app === 'shop')
    has = wanted?.version ?? ''
    reportId += 1
    const outcome = !wanted ? 'REMOVED' : has === switchesTo ? 'SWITCHING' : 'INSTALLED'
    const told = { reportId, app: 'shop', version: has, code: null, message: null }
    agent.say(encode('AgentAppReport', { ...told, outcome }))
    if (outcome === 'SWITCHING') agent.say(encode('AgentGoodbye', { reason: 'another program' }))
  }
  agent.say(encode('AgentHello', hello))
  await agent.heard('CenterWelcome')
  return { hello, has: () => has, leave: () => agent.say(encode('AgentGoodbye', { reason: 'away' })) }
}

async function events() {
  return (await center.store.readStream(appStream('shop'))).flatMap((recorded) => (appAggregate.isEvent(recorded) ? [recorded.event] : []))
}

async function types(): Promise<readonly string[]> {
  return (await events()).map(({ type }) => type)
}

/** What the log says that agents shall have where no rollout goes on. */
async function released(): Promise<string | null> {
  const { evolve, initialState } = appAggregate.decider
  return releasedVersion((await events()).reduce(evolve, initialState))
}

async function releasedAndDone(version: string): Promise<void> {
  await call(releaseAppVersion, { app: 'shop', version })
  await until(async () => (await released()) === version, `the end of the rollout of ${version}`)
}

test('of two releases at the same moment one supersedes the other, and all agents have what that brought', async () => {
  const agents = [await obedient(), await obedient(), await obedient()]
  await releasedAndDone('1')
  await Promise.all([call(releaseAppVersion, { app: 'shop', version: '2' }), call(releaseAppVersion, { app: 'shop', version: '3' })])
  await until(async () => (await types()).filter((type) => type === 'RolloutDone').length === 2, 'the end of one of them')
  const last = (await events()).findLast(({ type }) => type === 'AppVersionReleased')
  expect((await types()).filter((type) => type === 'RolloutStopped')).toHaveLength(1)
  expect(await released()).toBe(last?.type === 'AppVersionReleased' && last.data.version)
  await until(async () => (await Promise.all(agents.map(async ({ has }) => has() === (await released())))).every(Boolean), 'what was released')
})

test('a ban amid a rollout takes the app from those that it had reached and from the others; after it, they have what was released', async () => {
  const agents = [await obedient(), await obedient(), await obedient(), await obedient()]
  await releasedAndDone('1')
  await call(releaseAppVersion, { app: 'shop', version: '2', rollout: { batches: ['50%', '100%'], confirm: true } })
  await until(async () => (await types()).includes('RolloutBatchEnded'), 'the first batch')
  expect(agents.map(({ has }) => has()).sort()).toEqual(['1', '1', '2', '2'])
  await call(banApp, { app: 'shop', reason: 'it leaks' })
  await until(() => agents.every(({ has }) => has() === ''), 'the removal everywhere')
  expect((await types()).slice(-2)).toEqual(['AppBanned', 'RolloutStopped'])
  await call(unbanApp, { app: 'shop' })
  await until(() => agents.every(({ has }) => has() === '1'), 'what was released before')
})

test('an agent that was away for a month, while versions came and went, has, when it is back, what counts then', async () => {
  const [here, away] = [await obedient(), await obedient()]
  await releasedAndDone('1')
  await until(() => away.has() === '1', 'the first version')
  away.leave()
  await clock.step(monthMs)
  await releasedAndDone('2')
  await call(withdrawAppVersion, { app: 'shop', version: '1', reason: null })
  await releasedAndDone('3')
  await call(withdrawAppVersion, { app: 'shop', version: '2', reason: null })
  expect(here.has()).toBe('3')
  const back = await obedient({ ...away.hello, bootId: 'later' })
  await until(() => back.has() === '3', 'the version that counts')
})

test('a rollout that waits for a word goes on where its center is another process by then', async () => {
  const first = await obedient()
  await releasedAndDone('1')
  await call(releaseAppVersion, { app: 'shop', version: '2', rollout: { batches: ['1', '100%'], confirm: true } })
  await until(async () => (await types()).includes('RolloutBatchEnded'), 'the first batch')
  first.leave()
  await center.stop()
  center = await all.command('two')
  const again = await obedient({ ...first.hello, bootId: 'another' })
  const rolloutId = (await events()).flatMap((event) => (event.type === 'AppVersionReleased' ? [event.data.rolloutId] : [])).at(-1)
  await call(resumeRollout, { rollout: rolloutId })
  await until(async () => (await released()) === '2', 'the end of the rollout')
  await until(() => again.has() === '2', 'the new version')
})

/** Resolves when the distribution has looked at all apps, after everything before. */
async function looked(): Promise<void> {
  const app = `marker-${reportId}`
  await call(createApp, { name: app })
  await call(uploadAppVersion, { app, version: '1', sha256: '9'.repeat(64), bytes: 1, unpackedBytes: 1, files: 1, manifest: null })
  await call(releaseAppVersion, { app, version: '1' })
  const isDone = async () => (await center.store.readStream(appStream(app))).some(({ event }) => event.type === 'RolloutDone')
  await until(isDone, `the end of the rollout of ${app}`)
}

test('an agent that switches is waited for, and counts as failed when it was not heard of for 15 minutes', async () => {
  const hello = testHello()
  const first = await obedient(hello)
  await releasedAndDone('1')
  await until(() => first.has() === '1', 'the first version')
  first.leave()
  const switching = await obedient({ ...hello, bootId: 'switches' }, '2')
  await call(releaseAppVersion, { app: 'shop', version: '2' })
  const told = async () => (await center.store.readStream(agentAppsStream(hello.agentId))).map(({ event }) => event.type)
  await until(async () => (await told()).includes('AgentAppSwitching'), 'the word that it switches')
  expect(switching.has()).toBe('2')
  await clock.step(14 * minuteMs)
  await looked()
  expect((await types()).at(-1)).toBe('RolloutBatchBegun')
  await clock.step(2 * minuteMs)
  await until(async () => (await types()).includes('RolloutRolledBack'), 'the end of its time')
  expect(await released()).toBe('1')
  // It comes after all, as what it was.
  const back = await obedient({ ...hello, bootId: 'back' })
  await until(() => back.has() === '1', 'what counts')
})
