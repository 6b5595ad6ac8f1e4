import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { AnswerOf, AnyCommand, InputOf } from '@elves/core/command-api/command.ts'
import { createWebhook } from '@elves/core/command-api/create-webhook.ts'
import { deleteWebhook } from '@elves/core/command-api/delete-webhook.ts'
import { pauseWebhook } from '@elves/core/command-api/pause-webhook.ts'
import { redeliver } from '@elves/core/command-api/redeliver.ts'
import { resumeWebhook } from '@elves/core/command-api/resume-webhook.ts'
import { updateWebhook } from '@elves/core/command-api/update-webhook.ts'
import { webhookStream } from '@elves/core/domain/webhook/webhook.ts'
import { readDeliveries } from '@elves/core/read-models/webhooks/deliveries.ts'
import { sampleAppend, sampleStream } from '@elves/tests/contracts/sample-events.ts'
import { type WebhookReceiver, webhookReceiver } from '@elves/tests/support/webhook-receiver.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callHandler } from '../command-handlers.ts'
import { caller } from '../tests/center.ts'
import { instances } from '../tests/instances.ts'
import { until } from '../tests/test-agent.ts'

type Instances = Awaited<ReturnType<typeof instances>>
type Center = Awaited<ReturnType<Instances['command']>>

let all: Instances
let center: Center
const closing: { close(): Promise<void> }[] = []

beforeEach(async () => {
  all = await instances()
  center = await all.command('one')
})
afterEach(async () => {
  await Promise.all(closing.splice(0).map((one) => one.close()))
  await all.close()
})

function call<Asked extends AnyCommand>(at: Center, command: Asked, input: InputOf<Asked>): Promise<AnswerOf<Asked>> {
  return callHandler(at.handlers)(command, caller, input)
}

async function receiver(): Promise<WebhookReceiver> {
  const one = await webhookReceiver()
  closing.push(one)
  return one
}

async function create(input: Partial<InputOf<typeof createWebhook>> & { readonly url: string }, at = center) {
  const answer = await call(at, createWebhook, { filter: { types }, ...input })
  if (answer.refusal) throw new Error(answer.refusal.message)
  return { id: answer.webhookId, secret: answer.secret ?? '' }
}

/** A webhook with a receiver of its own. */
async function hooked(input: Partial<InputOf<typeof createWebhook>> = {}, at = center) {
  const to = await receiver()
  const { id, secret } = await create({ ...input, url: to.url }, at)
  to.secret = secret
  return { id, to }
}

const [sample] = sampleAppend(sampleStream(), -1, 1).events
const types = [sample?.event.type ?? '']

/** Appends events to new streams; returns the streams. */
async function write(streams: number, eventsEach = 1, at = center): Promise<readonly string[]> {
  const names = Array.from({ length: streams }, () => sampleStream())
  await at.store.append(names.map((name) => sampleAppend(name, -1, eventsEach)))
  return names
}

async function deliveries(id: string, states?: readonly ('PENDING' | 'RETRYING' | 'DELIVERED' | 'FAILED')[]) {
  const text = 'select state, id, attempts, attempt_count, stream from elves.webhook_deliveries where webhook_id = $1 order by sequence'
  const { rows } = await all.database.pool.query<{ state: string; id: string; attempts: string; attempt_count: number; stream: string }>(text, [id])
  const read = rows.map((row) => ({ ...row, attempts: JSON.parse(row.attempts) as { statusCode: number | null; error: string | null }[] }))
  return states ? read.filter(({ state }) => (states as readonly string[]).includes(state)) : read
}

async function eventTypes(id: string): Promise<readonly string[]> {
  return (await center.store.readStream(webhookStream(id))).map(({ event }) => event.type)
}

const versions = (to: WebhookReceiver, stream: string) =>
  to.received.filter(({ body, status }) => status < 300 && body.data.stream === stream).map(({ body }) => body.data.version)

describe('a webhook', () => {
  it('delivers what comes after it was made, signed, in the order of each stream, and records it', async () => {
    await write(3)
    const { id, to } = await hooked()
    const streams = await write(4, 5)
    await until(async () => (await deliveries(id, ['DELIVERED'])).length === 20, 'the deliveries')
    for (const stream of streams) expect(versions(to, stream)).toEqual([0, 1, 2, 3, 4])
    expect(to.received).toHaveLength(20)
    expect(to.unsigned).toEqual([])
    expect(new Set(to.received.map(({ id: one }) => one))).toEqual(new Set((await deliveries(id)).map(({ id: one }) => one)))
  })

  it('begins after a given position', async () => {
    const position = await center.store.head()
    const [stream = ''] = await write(1, 2)
    const { to } = await hooked({ after: position })
    await until(() => versions(to, stream).length === 2, 'the events before it was made')
  })

  it('misses nothing of a pause', async () => {
    const { id, to } = await hooked({ paused: true })
    const [stream = ''] = await write(1, 3)
    await call(center, resumeWebhook, { webhook: id })
    await until(() => versions(to, stream).length === 3, 'what came in the pause')
    await call(center, pauseWebhook, { webhook: id })
    await write(1)
    await call(center, resumeWebhook, { webhook: id })
    await until(() => to.received.length === 4, 'what came in the second pause')
  })

  it('signs with a new secret, and goes to a new url, also what is open', async () => {
    const { id, to } = await hooked()
    to.answering = () => 500
    const [stream = ''] = await write(1)
    await until(() => to.received.length > 1, 'a retry')
    const other = await receiver()
    other.secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    await call(center, updateWebhook, { webhook: id, url: other.url, secret: other.secret })
    await until(() => versions(other, stream).length === 1, 'the delivery')
    expect(other.unsigned).toEqual([])
    expect(other.received[0]?.id).toBe(to.received[0]?.id)
  })

  it('that is deleted delivers nothing more, and its secret is gone', async () => {
    const { id, to } = await hooked()
    to.answering = () => 500
    await write(1)
    await until(() => to.received.length > 0, 'an attempt')
    await call(center, deleteWebhook, { webhook: id })
    await until(async () => (await deliveries(id, ['FAILED'])).length === 1, 'the end of the delivery')
    const { rows } = await all.database.pool.query('select from elves.webhook_secrets where webhook_id = $1', [id])
    expect(rows).toEqual([])
  })

  it('does not deliver what it does itself', async () => {
    const { id, to } = await hooked({ filter: { types: ['WebhookPaused', ...types] } })
    const { to: other, id: otherId } = await hooked({ filter: { types: ['WebhookPaused'] } })
    await call(center, pauseWebhook, { webhook: id })
    await call(center, resumeWebhook, { webhook: id })
    const [stream = ''] = await write(1)
    await until(() => versions(to, stream).length === 1, 'the event after')
    expect(to.received).toHaveLength(1)
    await until(() => other.received.length === 1, 'the delivery of the other')
    expect(other.received[0]?.body).toMatchObject({ type: 'WebhookPaused', data: { stream: webhookStream(id) } })
    expect(await eventTypes(otherId)).toEqual(['WebhookCreated'])
  })

  it('keeps its secret out of every event, and sealed in its table', async () => {
    const { to } = await hooked()
    const events = await center.store.readAll({ from: null, direction: 'forwards', limit: 100 })
    const key = to.secret.slice('whsec_'.length)
    expect(JSON.stringify(events)).not.toContain(key)
    const { rows } = await all.database.pool.query<{ sealed: Buffer }>('select sealed from elves.webhook_secrets')
    expect(rows).toHaveLength(1)
    expect(rows[0]?.sealed.includes(key)).toBe(false)
  })

  it('is answered with its secret once more to the same request', async () => {
    const { url } = await receiver()
    const input = { url, idempotencyKey: 'k' }
    const [one, again] = [await call(center, createWebhook, input), await call(center, createWebhook, input)]
    expect(one.refusal ?? one.secret).toMatch(/^whsec_/)
    expect(again).toMatchObject({ webhookId: one.webhookId, secret: one.refusal ? '' : one.secret })
    expect((await call(center, createWebhook, { ...input, url: `${url}/other` })).refusal?.code).toBe('IDEMPOTENCY_KEY_REUSED')
  })

  it('whose secret is lost is shown as failing, and begins anew with another', async () => {
    const { id, to } = await hooked({ paused: true })
    await all.database.pool.query('delete from elves.webhook_secrets')
    await write(1)
    await call(center, resumeWebhook, { webhook: id })
    await until(async () => (await eventTypes(id)).includes('WebhookFailing'), 'the failure')
    to.secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
    await call(center, updateWebhook, { webhook: id, secret: to.secret })
    const [stream = ''] = await write(1)
    await until(async () => (await eventTypes(id)).includes('WebhookRecovered'), 'the recovery')
    expect(to.received.map(({ body }) => body.data.stream)).toEqual([stream])
    expect(to.unsigned).toEqual([])
  })
})

describe('a delivery that fails', () => {
  it('is tried again, and holds only the later ones of its stream', async () => {
    const { id, to } = await hooked()
    const [bad = '', good = ''] = [sampleStream(), sampleStream()]
    let isBad = true
    to.answering = ({ body }) => (isBad && body.data.stream === bad ? 500 : 204)
    await center.store.append([sampleAppend(bad, -1, 3)])
    await center.store.append([sampleAppend(good, -1, 3)])
    await until(
      () => versions(to, good).length === 3 && to.received.filter(({ status }) => status === 500).length >= 2,
      'the other stream, and retries',
    )
    expect(to.received.filter(({ body }) => body.data.stream === bad).every(({ body }) => body.data.version === 0)).toBe(true)
    isBad = false
    await until(() => versions(to, bad).length === 3, 'the bad stream')
    expect(versions(to, bad)).toEqual([0, 1, 2])
    const [first] = (await deliveries(id)).filter(({ stream }) => stream === bad)
    expect(first?.attempts[0]).toMatchObject({ statusCode: 500, error: 'HTTP 500' })
  })

  it('for good is recorded as an event, and made again where somebody asks for it, with the same id', async () => {
    await center.stop()
    await all.close()
    all = await instances(null, {
      webhooks: { networks: 'all', timeoutMs: 2_000, retryMs: 10, longestRetryMs: 20, giveUpMs: 100, failingAfterMs: 60_000 },
    })
    center = await all.command('one')
    const { id, to } = await hooked()
    to.answering = () => 500
    const [stream = ''] = await write(1, 2)
    await until(async () => (await eventTypes(id)).filter((type) => type === 'WebhookDeliveryFailed').length === 2, 'the events')
    expect((await deliveries(id)).map(({ state }) => state)).toEqual(['FAILED', 'FAILED'])
    to.answering = () => 204
    const [first] = await deliveries(id)
    const request = { delivery: first?.id ?? '', idempotencyKey: 'once' }
    expect((await call(center, redeliver, request)).refusal).toBeNull()
    await until(() => versions(to, stream).length === 1, 'the redelivery')
    expect((await call(center, redeliver, request)).refusal).toBeNull()
    expect((await eventTypes(id)).filter((type) => type === 'WebhookRedeliveryRequested')).toHaveLength(1)
    expect(to.received.at(-1)?.id).toBe(first?.id)
    expect((await call(center, redeliver, { delivery: 'none' })).refusal?.code).toBe('DELIVERY_UNKNOWN')
  })

  it('makes its webhook failing after a while, and a success mends it and brings all that waits', async () => {
    const { id, to } = await hooked()
    to.answering = () => 500
    await write(20)
    await until(async () => (await eventTypes(id)).includes('WebhookFailing'), 'the failure')
    to.answering = () => 204
    await until(async () => (await deliveries(id, ['DELIVERED'])).length === 20, 'all deliveries')
    await until(async () => (await eventTypes(id)).includes('WebhookRecovered'), 'the recovery')
    expect(await eventTypes(id)).toEqual(['WebhookCreated', 'WebhookFailing', 'WebhookRecovered'])
  })
})

/** A server that does to each connection what a test wants. */
async function rawServer(onConnection: (socket: Socket) => void): Promise<string> {
  const server: Server = createServer()
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push({
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const head = (length: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`

describe('a receiver in a bad mood', () => {
  const moods: readonly (readonly [string, (socket: Socket) => void, string, RegExp | null])[] = [
    ['hangs', () => undefined, 'http', /^TIMEOUT/],
    ['closes at once', (socket) => void socket.destroy(), 'http', /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)/],
    ['drips the head of its answer', (socket) => drip(socket, `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(10_000)}`), 'http', /^TIMEOUT/],
    ['drips the body of its answer', (socket) => socket.once('data', () => drip(socket, head('1000') + 'y'.repeat(900))), 'http', null],
    ['sends 1 GB', (socket) => socket.once('data', () => flood(socket)), 'http', null],
    [
      'sends a head without end',
      (socket) => socket.once('data', () => void socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`)),
      'http',
      /^(UND_ERR_HEADERS_OVERFLOW|HPE_HEADER_OVERFLOW)/,
    ],
    ['speaks no HTTP', (socket) => void socket.end('hello\r\n\r\n'), 'http', /^ERROR: Response does not match/],
    ['refuses TLS', (socket) => void socket.end('no\r\n'), 'https', /^ERR_SSL|^EPROTO|^ECONNRESET|^UND_ERR/],
  ]

  it.each(moods)('that %s delays no other, and is told so', async (_, mood, protocol, error) => {
    const host = await rawServer(mood)
    const { id } = await create({ url: `${protocol}://${host}/` })
    const { to } = await hooked()
    const streams = await write(30)
    await until(() => streams.every((stream) => versions(to, stream).length === 1), 'the deliveries of the other')
    await until(async () => (await deliveries(id)).some(({ attempts }) => attempts.length > 0), 'an attempt')
    const [first] = (await deliveries(id)).flatMap(({ attempts }) => attempts)
    if (error === null) expect(first).toMatchObject({ statusCode: 200, error: null })
    else expect(first).toMatchObject({ statusCode: null, error: expect.stringMatching(error) })
  })

  it('that redirects is not followed', async () => {
    const [target, { id, to }] = [await receiver(), await hooked()]
    to.answering = (_, response) => {
      response.writeHead(307, { location: target.url }).end()
      return 307
    }
    await write(1)
    await until(async () => (await deliveries(id)).some(({ attempts }) => attempts.length > 0), 'an attempt')
    const [first] = (await deliveries(id)).flatMap(({ attempts }) => attempts)
    expect(first).toMatchObject({ statusCode: 307, error: 'HTTP 307: redirects are not followed' })
    expect(target.received).toEqual([])
  })
})

function drip(socket: Socket, text: string): void {
  let at = 0
  const timer = setInterval(() => socket.write(text.slice(at, ++at)), 20)
  socket.on('close', () => clearInterval(timer))
}

function flood(socket: Socket): void {
  const chunk = Buffer.alloc(1024 * 1024)
  let left = 1024
  socket.write(head(String(1024 * chunk.length)))
  const more = () => {
    while (left-- > 0 && socket.write(chunk));
  }
  socket.on('drain', more)
  more()
}

describe('an owner of the sender that goes away', () => {
  it('is followed by another, and each event arrives, in the order of its stream', async () => {
    const other = await all.command('other')
    const { id, to } = await hooked()
    to.answering = () => (Math.random() < 0.3 ? 500 : 204)
    const before = await write(10, 5)
    await until(() => to.received.length > 5, 'some deliveries')
    await center.stop()
    const after = await write(5, 5, other)
    await until(async () => (await deliveries(id, ['DELIVERED'])).length === 75, 'all deliveries')
    for (const stream of [...before, ...after]) {
      const seen = versions(to, stream)
      // One may come again, but never after a later one.
      expect(seen).toEqual([...seen].sort((a, b) => a - b))
      expect([...new Set(seen)]).toEqual([0, 1, 2, 3, 4])
    }
  })
})

it('a page of deliveries goes from the newest event to the oldest', async () => {
  const { id } = await hooked()
  await write(3)
  await until(async () => (await deliveries(id, ['DELIVERED'])).length === 3, 'the deliveries')
  const database = all.database
  await database.pool.query(`create schema if not exists pages; create table pages.checkpoints (name text, position text)`)
  await database.pool.query('insert into pages.checkpoints values ($1, $2)', ['x', await center.store.head()])
  const first = await readDeliveries(database.pool, 'pages', id, {}, { first: 2, after: null })
  const second = await readDeliveries(database.pool, 'pages', id, { states: ['DELIVERED'] }, { first: 2, after: first.endCursor })
  const ids = [...first.edges, ...second.edges].map(({ node }) => node.id)
  expect(ids).toEqual((await deliveries(id)).map((one) => one.id).reverse())
  expect([first.hasNextPage, second.hasNextPage]).toEqual([true, false])
})

describe('an event that this release can not read', () => {
  it('is parked as a dead letter, and the others go on; a pause and a deletion hold', async () => {
    const [going, paused, deleted] = [await hooked(), await hooked(), await hooked()]
    await write(1)
    await until(() => [going, paused, deleted].every(({ to }) => to.received.length === 1), 'what came before it')
    await all.database.pool.query(
      `insert into elves.events select max(position) + 1, 'task-damaged', 0, gen_random_uuid(), 'TaskStarted', now(), '\\x00', '\\xc301' from elves.events`,
    )
    // Another instance begins behind it.
    await center.stop()
    const other = await all.command('other')
    await call(other, pauseWebhook, { webhook: paused.id })
    await call(other, deleteWebhook, { webhook: deleted.id })
    const [stream = ''] = await write(1, 2, other)
    await until(() => versions(going.to, stream).length === 2, 'the events after it')
    expect([paused, deleted].map(({ to }) => to.received.length)).toEqual([1, 1])
    const { rows } = await all.database.pool.query(`select handler, code from elves.dead_letters order by handler`)
    expect(rows).toEqual(['deadlines', 'webhooks'].map((handler) => ({ handler, code: 'EVENT_UNREADABLE' })))
  })
})
