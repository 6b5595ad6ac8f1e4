import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedPlatform, type TestPlatform, testedShape } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'
import { type WebhookReceiver, webhookReceiver } from '../support/webhook-receiver.ts'

/** Webhooks on the whole platform, with a real receiver. In containers it would be out of reach. */

let platform: TestPlatform
const receivers: WebhookReceiver[] = []
const webhooks: string[] = []

beforeAll(async () => {
  platform = await sharedPlatform()
})

afterAll(async () => {
  const text = 'mutation ($webhook: ID!) { deleteWebhook(input: { webhook: $webhook }) { refusal { code } } }'
  for (const webhook of webhooks) await platform.graphql(text, { webhook })
  await Promise.all(receivers.map((one) => one.close()))
  await platform?.dispose()
})

interface Shown {
  readonly id: string
  readonly state: string
  readonly lag: number | null
  readonly openDeliveries: number
  readonly deliveries: {
    readonly nodes: readonly { id: string; state: string; eventType: string; attempts: readonly { statusCode: number | null }[] }[]
  }
}

const shown = 'id state lag openDeliveries deliveries(first: 500) { nodes { id state eventType attempts { statusCode } } }'

async function create(filter: object): Promise<{ webhook: Shown; receiver: WebhookReceiver; position: string }> {
  const receiver = await webhookReceiver()
  receivers.push(receiver)
  const text = `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { ${shown} } secret position refusal { code message } } }`
  interface Created {
    readonly createWebhook: { readonly webhook: Shown; readonly secret: string; readonly position: string; readonly refusal: null }
  }
  const { createWebhook } = await platform.graphql<Created>(text, { input: { url: receiver.url, filter } })
  expect(createWebhook.refusal).toBeNull()
  receiver.secret = createWebhook.secret
  webhooks.push(createWebhook.webhook.id)
  return { webhook: createWebhook.webhook, receiver, position: createWebhook.position }
}

async function read(id: string): Promise<Shown> {
  return (await platform.graphql<{ webhook: Shown }>(`query ($id: ID!) { webhook(id: $id) { ${shown} } }`, { id })).webhook
}

async function run(func = 'helloword'): Promise<string> {
  const text = 'mutation ($input: RunTaskInput!) { runTask(input: $input) { task { id state } refusal { code message } } }'
  const input = { agent: '127.0.0.1', app: 'apptest', func }
  const { runTask } = await platform.graphql<{ runTask: { task: { id: string } } }>(text, { input })
  return runTask.task.id
}

const streamsOf = (receiver: WebhookReceiver) => receiver.received.filter(({ status }) => status === 204).map(({ body }) => body.data.stream)

test.skipIf(testedShape === 'compose')('the end of a task reaches the receiver, signed, and nothing that the filter leaves out', async () => {
  const { webhook, receiver } = await create({ states: ['SUCCEEDED'], apps: ['apptest'] })
  const [one, two] = [await run(), await run()]
  await waitFor(() => receiver.received.length >= 2, { what: 'the deliveries' })
  expect(streamsOf(receiver).sort()).toEqual([`task-${one}`, `task-${two}`].sort())
  expect(receiver.received.map(({ body }) => body.type)).toEqual(['TaskSucceeded', 'TaskSucceeded'])
  expect(receiver.unsigned).toEqual([])
  await waitFor(async () => (await read(webhook.id)).openDeliveries === 0, { what: 'the records' })
  const { state, deliveries } = await read(webhook.id)
  expect(state).toBe('ACTIVE')
  expect(deliveries.nodes).toHaveLength(2)
  for (const { state: of, attempts } of deliveries.nodes) expect([of, attempts]).toEqual(['DELIVERED', [{ statusCode: 204 }]])
  await waitFor(async () => (await read(webhook.id)).lag === 0, { what: 'the end of the log' })
})

test.skipIf(testedShape === 'compose')(
  'what a receiver misses while it is down comes when it is back, in the order of each stream, and is shown meanwhile',
  async () => {
    const { webhook, receiver } = await create({ apps: ['apptest'] })
    receiver.answering = () => 503
    const tasks = [await run(), await run()]
    await waitFor(async () => (await read(webhook.id)).state === 'FAILING', { what: 'the webhook to be called failing' })
    expect((await read(webhook.id)).openDeliveries).toBeGreaterThan(2)
    receiver.answering = () => 204
    await waitFor(async () => (await read(webhook.id)).openDeliveries === 0 && (await read(webhook.id)).state === 'ACTIVE', { what: 'the recovery' })
    for (const task of tasks) {
      const versions = receiver.received
        .filter(({ body, status }) => status === 204 && body.data.stream === `task-${task}`)
        .map(({ body }) => body.data.version)
      expect(versions).toEqual([...versions.keys()])
      expect(versions.length).toBeGreaterThan(3)
    }
  },
)

test.skipIf(testedShape === 'compose')(
  'kill -9 between the answer of a receiver and its record repeats the delivery with the same id, and loses none',
  async () => {
    const { webhook, receiver } = await create({ states: ['SUCCEEDED'], apps: ['apptest'] })
    // The answer waits: until it comes, nothing can be recorded.
    const { promise: killed, resolve } = Promise.withResolvers<void>()
    let isHeld = false
    receiver.answering = async () => {
      isHeld = true
      await killed
      return 204
    }
    const tasks = [await run()]
    await waitFor(() => isHeld, { what: 'the request' })
    await platform.kill()
    resolve()
    receiver.answering = () => 204
    await platform.start()
    tasks.push(await run())
    await waitFor(
      () =>
        tasks.every((task) => receiver.received.filter(({ body }) => body.data.stream === `task-${task}`).length >= 1) &&
        receiver.received.length >= 3,
      {
        what: 'the repeat and the next one',
      },
    )
    const [first, second] = receiver.received.filter(({ body }) => body.data.stream === `task-${tasks[0]}`)
    expect(second?.id).toBe(first?.id)
    await waitFor(async () => (await read(webhook.id)).openDeliveries === 0, { what: 'the records' })
    expect((await read(webhook.id)).deliveries.nodes.map(({ state }) => state)).toEqual(['DELIVERED', 'DELIVERED'])
  },
)
