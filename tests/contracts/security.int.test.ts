import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { instructionSigner } from '@elves/command-service/signing/instruction-signer.ts'
import { ended, runTask } from '@elves/command-service/tests/messages.ts'
import { TestAgent, testHello } from '@elves/command-service/tests/test-agent.ts'
import { approveAgent } from '@elves/core/command-api/approve-agent.ts'
import { createJoinToken } from '@elves/core/command-api/create-join-token.ts'
import { revokeAgent } from '@elves/core/command-api/revoke-agent.ts'
import { revokeJoinToken } from '@elves/core/command-api/revoke-join-token.ts'
import { runOneTask } from '@elves/core/command-api/run-task.ts'
import { agentStream } from '@elves/core/domain/agent/agent.ts'
import { agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import { joinTokenStream } from '@elves/core/domain/join-token/join-token.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { newPrivateKey, type Signer, signerOf } from '@elves/core/foundation/ed25519.ts'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { decode, encode, type Message } from '@elves/schemas/codec/codec.ts'
import type { AgentHello, SignedInstruction } from '@elves/schemas/generated/types.ts'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type EventingDatabase, eventingDatabase } from '../support/eventing-database.ts'
import { type LinkAgent, linkAgent } from '../support/link-agent.ts'
import { type LinkCenter, linkCenter, linkSettings } from '../support/link-center.ts'
import { waitFor } from '../support/wait-for.ts'

/** What attackers do to the link of agents, on a real center with a gateway and Postgres: each is refused with its code and its event. */

const caller = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c-1', metadata: {} } as const
const own = linkSettings.joinToken

let database: EventingDatabase
let center: LinkCenter
let folder: string
const agents: LinkAgent[] = []
const open: TestAgent[] = []

beforeAll(async () => {
  database = await eventingDatabase()
  center = await linkCenter({ database, kafka: null })
  await center.start()
}, 120_000)
afterAll(async () => {
  await center?.stop()
  await database?.close()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-security-'))
})
afterEach(async () => {
  for (const { socket } of open.splice(0)) socket.terminate()
  for (const agent of agents.splice(0)) await agent.drop()
  await rm(folder, { recursive: true, force: true })
})

const newSigner = () => signerOf(newPrivateKey())

async function connect(to = center): Promise<TestAgent> {
  const agent = await TestAgent.connect(to.url())
  open.push(agent)
  return agent
}

/** Says hello as somebody; returns the code of the refusal, or null for a welcome. */
async function codeFor(signer: Signer, given: Partial<AgentHello>, to = center): Promise<string | null> {
  const agent = await connect(to)
  agent.greet(signer, { joinToken: own, ...given })
  await waitFor(() => agent.frames.length > 0 || agent.closeCode !== null)
  return agent.all('CenterRefusal')[0]?.code ?? null
}

/** Enrols an agent that stays connected. */
async function enrolled(given: Partial<AgentHello> = {}): Promise<{ agent: TestAgent; signer: Signer; hello: AgentHello }> {
  const signer = newSigner()
  const agent = await connect()
  const hello = agent.greet(signer, { joinToken: own, ...given })
  await agent.heard('CenterWelcome')
  return { agent, signer, hello }
}

async function eventsOf(stream: string) {
  return (await center.store.readStream(stream)).map(({ event }) => event)
}

async function newToken(changes: { maxUses?: number; expiresAt?: number; approve?: boolean } = {}) {
  const answer = await center.service.api.call(createJoinToken, caller, { name: 'test', ...changes })
  if (answer.refusal) throw new Error(answer.refusal.code)
  return { id: answer.joinTokenId, joinToken: answer.secret ?? '' }
}

test('a copied id without its key, or with another key, gets in by no token; each process is one event, and the agent stays', async () => {
  const { agent, hello } = await enrolled()
  const { agentId, ip } = hello
  for (const bootId of ['thief', 'thief', 'other-thief']) {
    expect(await codeFor(newSigner(), { agentId, ip, bootId })).toBe('AGENT_KEY_MISMATCH')
  }
  const keyless = await connect()
  keyless.say(encode('AgentHello', testHello({ agentId, ip, bootId: 'keyless', joinToken: own })))
  expect(await keyless.heard('CenterRefusal')).toMatchObject({ code: 'AGENT_KEY_MISMATCH', canRetry: false })
  const refused = (await eventsOf(agentStream(agentId))).flatMap((event) => (event.type === 'AgentKeyRefused' ? [event.data] : []))
  expect(refused.map(({ bootId, code }) => [bootId, code])).toEqual(
    ['thief', 'other-thief', 'keyless'].map((bootId) => [bootId, 'AGENT_KEY_MISMATCH']),
  )
  expect(agent.closeCode).toBeNull()
})

test('an agent of a release without keys is refused with what to do', async () => {
  const agent = await connect()
  agent.say(encode('AgentHello', testHello({ joinToken: own })))
  const { code, message } = await agent.heard('CenterRefusal')
  expect(code).toBe('AGENT_KEY_MISSING')
  expect(message).toContain('ELVES_KEYLESS_AGENTS')
})

test('a recorded hello is worth nothing on another connection', async () => {
  const { agent, hello } = await enrolled()
  agent.socket.terminate()
  const thief = await connect()
  thief.say(encode('AgentHello', hello))
  expect(await thief.heard('CenterRefusal')).toMatchObject({ code: 'AGENT_KEY_INVALID' })
  expect((await eventsOf(agentStream(hello.agentId))).at(-1)).toMatchObject({ type: 'AgentKeyRefused', data: { code: 'AGENT_KEY_INVALID' } })
})

test('a copy of a whole data folder is refused while the agent is there', async () => {
  const { agent, signer, hello } = await enrolled()
  const { agentId, ip } = hello
  expect(await codeFor(signer, { agentId, ip, bootId: 'copy', journalId: 'copy' })).toBe('AGENT_DUPLICATE')
  expect(agent.closeCode).toBeNull()
  expect((await eventsOf(agentLinkStream(agentId))).at(-1)).toMatchObject({ type: 'AgentDuplicateRefused', data: { bootId: 'copy' } })
})

test('a token lets in as many as it is for, at two gateways at once; who comes too late is refused with an event', async () => {
  const other = await linkCenter({ database, kafka: null })
  await other.start()
  try {
    const { id, joinToken } = await newToken({ maxUses: 3 })
    const codes = await Promise.all(
      Array.from({ length: 8 }, (_, index) => codeFor(newSigner(), { joinToken, bootId: `b-${index}` }, index % 2 === 0 ? center : other)),
    )
    expect(codes.filter((code) => code === null)).toHaveLength(3)
    expect(codes.filter((code) => code === 'JOIN_TOKEN_USED_UP')).toHaveLength(5)
    const types = (await eventsOf(joinTokenStream(id))).map(({ type }) => type)
    expect(types.filter((type) => type === 'JoinTokenUsed')).toHaveLength(3)
    expect(types.filter((type) => type === 'JoinTokenRefused')).toHaveLength(5)
  } finally {
    await other.stop()
  }
})

test('a token that has expired or was revoked lets nobody in, with an event', async () => {
  const expiresAt = Date.now() + 200
  const short = await newToken({ expiresAt })
  const revoked = await newToken()
  await center.service.api.call(revokeJoinToken, caller, { joinToken: revoked.id, reason: 'lost' })
  await waitFor(() => Date.now() > expiresAt)
  expect(await codeFor(newSigner(), { joinToken: short.joinToken })).toBe('JOIN_TOKEN_EXPIRED')
  expect(await codeFor(newSigner(), { joinToken: revoked.joinToken })).toBe('JOIN_TOKEN_REVOKED')
  expect(await codeFor(newSigner(), { joinToken: 'guess' })).toBe('JOIN_TOKEN_INVALID')
  for (const { id } of [short, revoked]) expect((await eventsOf(joinTokenStream(id))).at(-1)?.type).toBe('JoinTokenRefused')
})

test('an agent that waits for approval gets nothing, and is in once it was approved', async () => {
  const { joinToken } = await newToken({ approve: false })
  const signer = newSigner()
  const hello = { agentId: randomAgentId(), ip: testHello().ip, joinToken }
  expect(await codeFor(signer, hello)).toBe('AGENT_PENDING')
  expect(await eventsOf(agentLinkStream(hello.agentId))).toEqual([])
  const { refusal } = await center.service.api.call(approveAgent, caller, { agent: hello.agentId })
  expect(refusal).toBeNull()
  expect(await codeFor(signer, hello)).toBeNull()
})

test('revoking an agent cuts its open link, here and at another gateway, and refuses it from then on', async () => {
  const other = await linkCenter({ database, kafka: null })
  await other.start()
  try {
    for (const at of [center, other]) {
      const signer = newSigner()
      const agent = await connect(at)
      const { agentId, ip } = agent.greet(signer, { joinToken: own })
      await agent.heard('CenterWelcome')
      const { refusal } = await center.service.api.call(revokeAgent, caller, { agent: agentId, reason: 'stolen' })
      expect(refusal).toBeNull()
      expect(await agent.closed()).toBe('4403 AGENT_REVOKED')
      expect(await codeFor(signer, { agentId, ip, bootId: 'again' }, at)).toBe('AGENT_REVOKED')
      const types = (await eventsOf(agentStream(agentId))).map(({ type }) => type)
      expect(types).toEqual(['AgentEnrolled', 'AgentRegistered', 'AgentRevoked', 'AgentKeyRefused'])
      expect((await eventsOf(agentLinkStream(agentId))).at(-1)).toMatchObject({ type: 'AgentDisconnected', data: { reason: 'REVOKED' } })
    }
  } finally {
    await other.stop()
  }
})

test("another agent's reports change nothing of a task, and are recorded as ignored", async () => {
  const { agent, hello } = await enrolled()
  const thief = (await enrolled()).agent
  const request = { agent: hello.agentId, app: 'app', func: 'now', param: null, proxy: null, processor: false, timeoutMs: 60_000, wait: false }
  const { taskId } = await runOneTask(center.service.api, caller, { ...request, idempotencyKey: null })
  await agent.heard('SignedInstruction')
  const { name, value } = decode(ended(1)) as Message<'AttemptEnded'>
  thief.say(encode(name, { ...value, taskId: taskId ?? '' }))
  await waitFor(() => thief.receipts().length > 0)
  const events = await eventsOf(taskStream(taskId ?? ''))
  expect(events.map(({ type }) => type)).toEqual(['TaskRequested', 'TaskDispatched', 'TaskReportIgnored'])
})

test('an agent does no instruction that is unsigned, forged, swapped, of an unknown key or too old, tells so, and runs none twice', async () => {
  const { agent, inject, heard } = await realAgent()
  const other = await realAgent()
  const task = { agent: agent.agentId, app: 'app', func: 'now', param: null, proxy: null, processor: false, timeoutMs: 60_000, wait: false }
  const { taskId } = await runOneTask(center.service.api, caller, { ...task, idempotencyKey: null })
  await waitFor(() => agent.receipted.some(({ name }) => name === 'AttemptEnded'))
  const sent = heard.find((message) => message.name === 'SignedInstruction')
  if (sent?.name !== 'SignedInstruction') throw new Error('the center does not sign')
  const { value } = sent
  const signer = instructionSigner(linkSettings.signingKey)
  const stranger = instructionSigner('another secret')
  const signed = (by: typeof signer, instruction: Buffer) => decode(by?.sign([{ agentId: agent.agentId, instruction }])[0] ?? Buffer.alloc(0))
  // Replayed: the same bytes, twice.
  inject(sent)
  inject(sent)
  inject(decode(runTask(1)))
  inject({ name: 'SignedInstruction', value: { ...value, instruction: runTask(2) } })
  inject({ name: 'SignedInstruction', value: { ...value, notAfter: value.notAfter + 60_000 } })
  inject(signed(stranger, runTask(3)))
  other.inject(sent)
  const refusedBy = async (of: LinkAgent) =>
    (await eventsOf(agentStream(of.agentId))).flatMap((event) => (event.type === 'AgentInstructionRefused' ? [event.data.code] : []))
  await waitFor(async () => (await refusedBy(agent)).length === 4 && (await refusedBy(other.agent)).length === 1)
  expect(await refusedBy(agent)).toEqual(['INSTRUCTION_UNSIGNED', 'INSTRUCTION_FORGED', 'INSTRUCTION_FORGED', 'INSTRUCTION_KEY_UNKNOWN'])
  expect(await refusedBy(other.agent)).toEqual(['INSTRUCTION_FOR_ANOTHER'])
  expect(agent.started()).toEqual([taskId])
  expect(other.agent.started()).toEqual([])
})

test('tasks of one call for two agents come under one signature: each agent does its own, and what was swapped between them is forged', async () => {
  const [one, two] = [await realAgent(), await realAgent()]
  const task = { app: 'app', func: 'now', param: null, proxy: null, processor: false, timeoutMs: 60_000, wait: false }
  const inputs = [one, two, one].map(({ agent }) => ({ ...task, agent: agent.agentId, idempotencyKey: null }))
  const answers = await center.service.api.runTasks(caller, inputs)
  const ids = answers.map(({ taskId }) => taskId)
  const endsOf = ({ agent }: typeof one) => agent.receipted.filter(({ name }) => name === 'AttemptEnded').length
  await waitFor(() => endsOf(one) === 2 && endsOf(two) === 1)
  const signedOf = ({ heard }: typeof one) => heard.flatMap((message) => (message.name === 'SignedInstruction' ? [message.value] : []))
  const [own = [], others = []] = [signedOf(one), signedOf(two)]
  expect(new Set([...own, ...others].map(({ signature }) => signature)).size).toBe(1)
  expect([own.length, others.length]).toEqual([2, 1])
  const [first, other] = [own[0] as SignedInstruction, others[0] as SignedInstruction]
  // Under the signature that the agent has seen to hold.
  one.inject({ name: 'SignedInstruction', value: { ...first, instruction: other.instruction } })
  one.inject({ name: 'SignedInstruction', value: { ...other, agentId: first.agentId } })
  one.inject({ name: 'SignedInstruction', value: { ...first, path: other.path } })
  one.inject({ name: 'SignedInstruction', value: other })
  one.inject({ name: 'SignedInstruction', value: first })
  const refused = async () => {
    const events = await eventsOf(agentStream(one.agent.agentId))
    return events.flatMap((event) => (event.type === 'AgentInstructionRefused' ? [event.data.code] : []))
  }
  await waitFor(async () => (await refused()).length === 3)
  // The center hears of a refusal once: the first two name the same attempt.
  expect(await refused()).toEqual(['INSTRUCTION_FORGED', 'INSTRUCTION_FORGED', 'INSTRUCTION_FOR_ANOTHER'])
  expect(one.agent.started().toSorted()).toEqual([ids[0], ids[2]].toSorted())
  expect(two.agent.started()).toEqual([ids[1]])
})

test('an agent does nothing that reaches it too late: a run ends as EXPIRED, an old cancel is refused', async () => {
  const hasty = await linkCenter({ database, kafka: null })
  await hasty.start({ startAllowanceMs: 300 })
  try {
    const { agent, heard, inject, withhold } = await realAgent(hasty)
    withhold()
    const task = { agent: agent.agentId, app: 'app', func: 'now', param: null, proxy: null, processor: false, timeoutMs: 60_000, wait: false }
    const { taskId } = await runOneTask(hasty.service.api, caller, { ...task, idempotencyKey: null })
    const delayed = await waitFor(() => heard.find((message) => message.name === 'SignedInstruction'))
    if (delayed.name !== 'SignedInstruction') throw new Error('not signed')
    await waitFor(() => Date.now() > delayed.value.notAfter)
    inject(delayed)
    const ends = async () => (await eventsOf(taskStream(taskId ?? ''))).filter(({ type }) => type === 'TaskRejected')
    await waitFor(async () => (await ends()).length === 1)
    expect(await ends()).toMatchObject([{ data: { failure: { code: 'EXPIRED' } } }])

    const anHourAgo = vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000)
    const cancel = encode('CancelTask', { taskId: '00000000000000CC', attempt: 1, reason: null, correlationId: 'c' })
    const [old = Buffer.alloc(0)] = instructionSigner(linkSettings.signingKey)?.sign([{ agentId: agent.agentId, instruction: cancel }]) ?? []
    anHourAgo.mockRestore()
    inject(decode(old))
    await waitFor(async () => (await eventsOf(agentStream(agent.agentId))).at(-1)?.type === 'AgentInstructionRefused')
    expect((await eventsOf(agentStream(agent.agentId))).at(-1)).toMatchObject({ data: { code: 'INSTRUCTION_TOO_OLD' } })
    expect(agent.started()).toEqual([])
    await agent.drop()
  } finally {
    await hasty.stop()
  }
})

/** A real agent on a center, into whose link the test can put what the center never sent, and from which it can withhold what it sent. */
async function realAgent(at = center) {
  const heard: Message[] = []
  let isWithheld = false
  let inject = (_message: Message): void => undefined
  const agent = await linkAgent({
    agentId: randomAgentId(),
    ip: testHello().ip,
    dataDir: await mkdtemp(join(folder, 'agent-')),
    way: async () => {
      const way = at.way()
      return {
        ...way,
        dial: (options) => {
          const { onMessage } = options
          inject = (message) => void onMessage(message)
          const listening = (message: Message) => {
            heard.push(message)
            return isWithheld && message.name === 'SignedInstruction' ? undefined : onMessage(message)
          }
          return way.dial({ ...options, onMessage: listening })
        },
      }
    },
  })
  agents.push(agent)
  await waitFor(() => agent.link.isUp)
  const withhold = () => {
    isWithheld = true
  }
  return { agent, heard, withhold, inject: (message: Message) => inject(message) }
}
