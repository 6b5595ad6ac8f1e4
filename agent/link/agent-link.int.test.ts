import { newPrivateKey, signerOf } from '@elves/core/foundation/ed25519.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { AttemptEnded } from '@elves/schemas/generated/types.ts'
import { frameBytes } from '@elves/schemas/link/protocol.ts'
import { type TestCenter, testCenter } from '@elves/tests/support/center.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { centerKeysInMemory } from '../data-folder/center-keys.ts'
import { type AgentLink, agentLink } from './agent-link.ts'
import { centerClock } from './center-clock.ts'
import { InstructionGuard } from './instruction-guard.ts'
import type { Dial } from './link-session.ts'
import type { NewReport } from './report-outbox.ts'
import { gatewayLink } from './socket-session.ts'

let center: TestCenter
const links: AgentLink[] = []
beforeEach(async () => {
  center = await testCenter({ maxUnreceipted: 3 })
})
afterEach(async () => {
  for (const link of links.splice(0)) await link.stop('')
  await center.stop()
})

function start(url = center.url, more: object = {}): AgentLink {
  const identity = { agentId: 'a'.repeat(32), ip: '10.0.0.1', bootId: 'b', journalId: 'j', openAttempts: [] }
  const facts = { name: 'n', version: '1', platform: 'p', labels: {}, apps: [] }
  const clock = centerClock()
  const options = {
    clock,
    instructions: new InstructionGuard({ agentId: identity.agentId, keys: centerKeysInMemory(), clock }),
    signer: signerOf(newPrivateKey()),
    logger: silentLogger,
    random: () => 0,
    hello: () => ({ ...identity, facts }),
    onInstruction: () => undefined,
  }
  const link = agentLink({ ...gatewayLink(url), ...options, ...more })
  links.push(link)
  return link
}

function ended(taskId: string, text = ''): NewReport {
  const output = {
    workerFlag: 1,
    message: { inline: text, encrypted: null, reference: null },
    costMs: 1,
    truncated: false,
    byteCount: 0,
    sha256: null,
    altered: false,
    printed: null,
    exit: null,
  }
  const end = { outcome: 'SUCCEEDED', failure: null, output, killed: null, processing: false } as const
  const value: Omit<AttemptEnded, 'reportId'> = { taskId, attempt: 1, happenedAt: 1, ...end }
  return { name: 'AttemptEnded', value }
}

const reported = () => center.reports.map(({ value }) => ('taskId' in value ? value.taskId : ''))

test('takes the join token from the URL into the hello', async () => {
  start()
  expect(await center.hello()).toMatchObject({ joinToken: 'let-me-in', protocolVersion: 1, agentId: 'a'.repeat(32) })
})

test('keeps no more reports ahead of receipts than the center allows, and keeps their order', async () => {
  center.receipts = false
  const link = start()
  for (const id of ['A', 'B', 'C', 'D', 'E']) link.report(ended(id))
  await waitFor(() => center.reports.length === 3)
  expect(center.frames.filter(([first]) => first?.name === 'AttemptEnded')).toHaveLength(1)
  center.receiptAll()
  await waitFor(() => center.reports.length === 5)
  expect(reported()).toEqual(['A', 'B', 'C', 'D', 'E'])
})

const begun = (name: 'AttemptAcknowledged' | 'AttemptStarted', taskId: string): NewReport => ({ name, value: { taskId, attempt: 1, happenedAt: 1 } })

test('the acknowledgement and the start of a run wait for its end, and leave in its frame', async () => {
  const link = start()
  await waitFor(() => link.isUp)
  link.report(begun('AttemptAcknowledged', 'A'))
  link.report(begun('AttemptStarted', 'A'))
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  link.report(ended('A'))
  await center.ended('A')
  expect(center.frames.slice(1).map((frame) => frame.map(({ name }) => name))).toEqual([['AttemptAcknowledged', 'AttemptStarted', 'AttemptEnded']])
})

test('the acknowledgement of a run that goes on leaves without its end', async () => {
  const link = start()
  link.report(begun('AttemptAcknowledged', 'A'))
  await waitFor(() => center.reports.length === 1)
})

test('asks for the receipts that it lacks when it is to be drained', async () => {
  center.receipts = false
  const link = start()
  await waitFor(() => link.isUp)
  link.report(ended('A'))
  const drained = link.drained(10_000)
  await waitFor(() => center.pings > 0)
  center.receiptAll()
  expect(await drained).toBe(true)
})

test('sends all that has no receipt again on a new link, in order, before what is new', async () => {
  center.receipts = false
  const receipted: NewReport[] = []
  const link = start(center.url, { onReceipted: (reports: NewReport[]) => receipted.push(...reports) })
  for (const id of ['A', 'B', 'C', 'D']) link.report(ended(id))
  await waitFor(() => center.reports.length === 3)
  center.cut()
  link.report(ended('E'))
  center.receipts = true
  expect(await link.drained(10_000)).toBe(true)
  expect(reported()).toEqual(['A', 'B', 'C', 'A', 'B', 'C', 'D', 'E'])
  expect(receipted.map(({ value }) => 'taskId' in value && value.taskId)).toEqual(['A', 'B', 'C', 'D', 'E'])
})

test('splits what does not fit into one frame', async () => {
  await center.stop()
  center = await testCenter()
  const link = start()
  const text = 'x'.repeat(256 * 1024)
  for (let index = 0; index < 9; index++) link.report(ended(`T${index}`, text))
  expect(await link.drained(10_000)).toBe(true)
  const frames = center.frames.filter(([first]) => first?.name === 'AttemptEnded')
  expect(frames.map((frame) => frame.length)).toEqual([3, 3, 3])
  expect(frameBytes).toBe(1024 * 1024)
})

test('drops a link without pongs and dials again', async () => {
  await center.stop()
  center = await testCenter({ pingIntervalMs: 20 })
  center.pongs = false
  start()
  await center.hello(2)
})

test('goes on looking for a center that is not there yet', async () => {
  const { port } = center
  await center.stop()
  start(`ws://127.0.0.1:${port}/gateway?token=x`)
  center = await testCenter({ port })
  await center.hello()
})

test('knows a host at which nobody listens from a center that cut the link', async () => {
  const told: boolean[] = []
  const { dial } = gatewayLink(center.url)
  const telling: Dial = (options) =>
    dial({
      ...options,
      onClosed(why, isNobodyListening = false) {
        told.push(isNobodyListening)
        options.onClosed(why, isNobodyListening)
      },
    })
  const link = start(center.url, { dial: telling })
  await waitFor(() => link.isUp)
  await center.stop()
  // A host that is about to stop listening may take one more connection and cut it.
  await waitFor(() => told.includes(true))
  expect(told[0]).toBe(false)
  center = await testCenter()
})

test('tells of a refusal, and is slow to try what trying again does not change', async () => {
  await center.stop()
  center = await testCenter({ refusal: { code: 'JOIN_TOKEN_INVALID', message: 'no', canRetry: false } })
  const codes: string[] = []
  const delays: number[] = []
  const logger = Object.assign(Object.create(silentLogger), { warn: (facts: { delayMs: number }) => delays.push(facts.delayMs) })
  start(center.url, { logger, onRefusal: ({ code }: { code: string }) => codes.push(code) })
  await waitFor(() => delays.length === 1)
  expect(codes).toEqual(['JOIN_TOKEN_INVALID'])
  expect(delays).toEqual([30_000])
})

test('says goodbye when it is stopped', async () => {
  const link = start()
  await waitFor(() => link.isUp)
  await link.stop('enough')
  await waitFor(() => center.goodbyes.length === 1)
  expect(center.goodbyes).toEqual(['enough'])
})
