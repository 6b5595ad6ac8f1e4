import { createPrivateKey, type KeyObject } from 'node:crypto'
import { ended } from '@elves/command-service/tests/messages.ts'
import { TestAgent } from '@elves/command-service/tests/test-agent.ts'
import { createSecret } from '@elves/core/command-api/create-secret.ts'
import { deleteSecret } from '@elves/core/command-api/delete-secret.ts'
import { rotateSecret } from '@elves/core/command-api/rotate-secret.ts'
import { runOneTask } from '@elves/core/command-api/run-task.ts'
import { updateSecret } from '@elves/core/command-api/update-secret.ts'
import { secretIdOf, secretStream } from '@elves/core/domain/secret/secret.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { newPrivateKey, signerOf } from '@elves/core/foundation/ed25519.ts'
import { openWithKey } from '@elves/core/foundation/hpke.ts'
import { decode, decodeAs, encode, type Message } from '@elves/schemas/codec/codec.ts'
import type { AgentHello, RunTask } from '@elves/schemas/generated/types.ts'
import { secretStatement } from '@elves/schemas/link/secret-statement.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type EventingDatabase, eventingDatabase } from '../support/eventing-database.ts'
import { type LinkCenter, linkCenter, linkSettings } from '../support/link-center.ts'
import { waitFor } from '../support/wait-for.ts'

/** How secrets are kept and sent, by two centers on one Postgres, to agents of the test that see what comes over the link. */

const caller = { actor: { kind: 'USER', id: 'ann', name: 'Ann' }, correlationId: 'c-1', metadata: {} } as const
const local = { ...caller, actor: { kind: 'LOCAL', id: 'local', name: null } } as const

let database: EventingDatabase
let center: LinkCenter
let other: LinkCenter
const open: TestAgent[] = []

beforeAll(async () => {
  database = await eventingDatabase()
  center = await linkCenter({ database, kafka: null })
  other = await linkCenter({ database, kafka: null })
  await center.start()
  await other.start()
}, 120_000)
afterAll(async () => {
  await other?.stop()
  await center?.stop()
  await database?.close()
})
afterEach(() => {
  for (const { socket } of open.splice(0)) socket.terminate()
})

interface Enrolled {
  readonly agent: TestAgent
  readonly hello: AgentHello
  readonly key: KeyObject
  readonly privateKey: string
}

async function enrolled(given: Partial<AgentHello> = {}, privateKey = newPrivateKey(), at = center): Promise<Enrolled> {
  const agent = await TestAgent.connect(at.url())
  open.push(agent)
  const hello = agent.greet(signerOf(privateKey), { joinToken: linkSettings.joinToken, ...given })
  await agent.heard('CenterWelcome')
  return { agent, hello, key: createPrivateKey({ key: Buffer.from(privateKey, 'base64url'), format: 'der', type: 'pkcs8' }), privateKey }
}

let names = 0
/** Makes a secret with a name of its own. */
async function secret(value: string, apps: readonly string[] = ['*'], at = center): Promise<string> {
  names += 1
  const name = `s-${names}`
  expect((await at.service.api.call(createSecret, local, { name, value, apps })).refusal).toBeNull()
  return name
}

function run(hello: AgentHello, name: string, changes: object = {}, at = center) {
  const param = JSON.stringify({ password: { $secret: name } })
  const task = { agent: hello.agentId, app: 'app', func: 'f', param, proxy: null, processor: false, timeoutMs: 60_000, wait: false }
  return runOneTask(at.service.api, local, { ...task, idempotencyKey: null, ...changes })
}

function runsHeard({ agent }: Enrolled): RunTask[] {
  return agent
    .all('SignedInstruction')
    .map(({ instruction }) => decode(instruction))
    .flatMap((message) => (message.name === 'RunTask' ? [message.value] : []))
}

function opened({ hello, key }: Enrolled, task: RunTask, as: Partial<RunTask> = {}): unknown {
  const bytes = openWithKey(key, task.sealedSecrets, secretStatement(hello.agentId, { ...task, ...as }))
  return bytes && JSON.parse(bytes.toString())
}

const eventsOf = async (stream: string) => (await center.store.readStream(stream)).map(({ event, context }) => ({ ...event, actor: context.actor }))

test('a value travels sealed for the agent and its attempt, and its use is an event of who asked', async () => {
  const [one, two] = [await enrolled(), await enrolled()]
  const name = await secret('hunter2 and more')
  const { taskId } = await run(one.hello, name)
  const [task] = await waitFor(() => runsHeard(one).length > 0 && runsHeard(one))
  if (!task) throw new Error('no run')
  expect(task.param?.inline).toBe(JSON.stringify({ password: { $secret: name } }))
  expect(task.secretNames).toEqual([name])
  expect(encode('RunTask', task).includes('hunter2')).toBe(false)
  expect(opened(one, task)).toEqual({ [name]: 'hunter2 and more' })
  expect(opened(one, task, { attempt: 2 })).toBeNull()
  expect(opened({ ...two, hello: one.hello }, task)).toBeNull()
  const events = await eventsOf(taskStream(taskId ?? ''))
  expect(events.map(({ type }) => type)).toEqual(['TaskRequested', 'TaskDispatched', 'TaskSecretsUsed'])
  expect(events[2]).toMatchObject({ data: { agentId: one.hello.agentId, secrets: [{ name, version: 1 }] }, actor: local.actor })
  expect(JSON.stringify(events)).not.toContain('hunter2')
})

test('what another instance rotated, changed or deleted a moment ago counts at once', async () => {
  const one = await enrolled()
  const name = await secret('first value')
  await run(one.hello, name)
  await waitFor(() => runsHeard(one).length === 1)
  await other.service.api.call(rotateSecret, local, { name, value: 'second value' })
  await run(one.hello, name)
  await waitFor(() => runsHeard(one).length === 2)
  expect(runsHeard(one).map((task) => Object.values(opened(one, task) as object))).toEqual([['first value'], ['second value']])
  const { rows } = await database.pool.query('select value_id from elves.secret_values where secret_id = $1', [secretIdOf(name)])
  expect(rows).toHaveLength(1)

  await other.service.api.call(deleteSecret, local, { name, reason: null })
  expect((await database.pool.query('select from elves.secret_values where secret_id = $1', [secretIdOf(name)])).rows).toHaveLength(0)
  await waitFor(async () => (await run(one.hello, name)).refusal?.code === 'SECRET_UNKNOWN')
  expect(runsHeard(one)).toHaveLength(2)
})

test('a secret that is deleted, or taken from the app, between the request and the sending ends the task, which was not sent', async () => {
  for (const take of [
    (name: string) => other.service.api.call(deleteSecret, local, { name, reason: null }),
    (name: string) => other.service.api.call(updateSecret, local, { name, apps: ['another'] }),
  ]) {
    const one = await enrolled()
    const name = await secret('gone before it is sent')
    one.agent.say(encode('AgentGoodbye', { reason: 'bye' }))
    await waitFor(async () => (await run(one.hello, name)).refusal?.code === 'AGENT_OFFLINE')
    const { taskId } = await run(one.hello, name, { startWithinMs: 60_000 })
    await take(name)
    const back = await enrolled({ agentId: one.hello.agentId, ip: one.hello.ip, journalId: one.hello.journalId, bootId: name }, one.privateKey)
    const events = await waitFor(
      async () => {
        const all = await eventsOf(taskStream(taskId ?? ''))
        return all.at(-1)?.type === 'TaskFailed' && all
      },
      { timeoutMs: 20_000 },
    )
    expect(events.at(-1)).toMatchObject({ data: { failure: { code: 'SECRET_GONE' } } })
    expect(events.map(({ type }) => type)).not.toContain('TaskSecretsUsed')
    expect(runsHeard(back)).toHaveLength(0)
  }
}, 60_000)

test('a resend has the value of then, and tells no use twice; a deletion after the sending ends nothing', async () => {
  const one = await enrolled()
  const name = await secret('sent once')
  const { taskId } = await run(one.hello, name)
  // Nobody acknowledges it.
  await waitFor(() => runsHeard(one).length >= 2, { timeoutMs: 20_000 })
  const used = async () => (await eventsOf(taskStream(taskId ?? ''))).filter(({ type }) => type === 'TaskSecretsUsed')
  expect(await used()).toHaveLength(1)
  await center.service.api.call(rotateSecret, local, { name, value: 'sent later' })
  const last = await waitFor(() => runsHeard(one).find((task) => Object.values(opened(one, task) as object)[0] === 'sent later'), {
    timeoutMs: 30_000,
  })
  expect(last.attempt).toBe(1)
  expect((await used()).map(({ data }) => data)).toMatchObject([{ secrets: [{ version: 1 }] }, { secrets: [{ version: 2 }] }])
  await center.service.api.call(deleteSecret, local, { name, reason: null })
  const { name: report, value } = decode(ended(1)) as Message<'AttemptEnded'>
  one.agent.say(encode(report, { ...value, taskId: taskId ?? '' }))
  await waitFor(async () => (await eventsOf(taskStream(taskId ?? ''))).at(-1)?.type === 'TaskSucceeded')
}, 60_000)

test('a rotation of the master key seals all values anew, with an event, while both are known; the earlier key can go then', async () => {
  const one = await enrolled()
  const name = await secret('sealed twice')
  const third = await linkCenter({ database, kafka: null })
  await center.stop()
  await other.stop()
  try {
    await third.start({ masterKeys: { text: `another master key,${linkSettings.masterKeys.text}`, file: '' } })
    await waitFor(async () => (await third.store.readStream(secretStream(secretIdOf(name)))).some(({ event }) => event.type === 'SecretSealedAnew'), {
      timeoutMs: 60_000,
    })
    await third.stop()
    await third.start({ masterKeys: { text: 'another master key', file: '' } })
    const back = await enrolled({ agentId: one.hello.agentId, ip: one.hello.ip, bootId: 'later', journalId: 'later' }, one.privateKey, third)
    await run(back.hello, name, {}, third)
    await waitFor(() => runsHeard(back).length === 1)
    expect(opened(back, runsHeard(back)[0] as RunTask)).toEqual({ [name]: 'sealed twice' })
    // Without any key that opens them, tasks fail with a code, and nothing is made.
    await third.stop()
    await third.start({ masterKeys: { text: '', file: '' } })
    await expect(third.service.api.call(createSecret, local, { name: 'none', value: 'no key' })).rejects.toMatchObject({
      code: 'MASTER_KEY_UNAVAILABLE',
    })
    const again = await enrolled({ agentId: one.hello.agentId, ip: one.hello.ip, bootId: 'last', journalId: 'last' }, one.privateKey, third)
    const { taskId } = await run(again.hello, name, {}, third)
    const end = await waitFor(async () => {
      const last = (await third.store.readStream(taskStream(taskId ?? ''))).at(-1)?.event
      return last?.type === 'TaskFailed' && last
    })
    expect(end.data.failure.code).toBe('SECRET_VALUE_MISSING')
  } finally {
    await third.stop()
    await center.start()
    await other.start()
  }
}, 180_000)

test('an instruction that uses no secret is sent as it is', async () => {
  const one = await enrolled()
  const { taskId } = await run(one.hello, '', { param: '{"$$secret":"kept"}' })
  const [task] = await waitFor(() => runsHeard(one).length > 0 && runsHeard(one))
  expect(task).toMatchObject({ taskId, param: { inline: '{"$$secret":"kept"}' }, secretNames: [] })
  expect(decodeAs('RunTask', encode('RunTask', task as RunTask)).sealedSecrets).toHaveLength(0)
})
