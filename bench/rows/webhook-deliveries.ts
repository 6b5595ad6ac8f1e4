import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { Pool } from 'undici'
import type { Row } from '../bench.ts'
import { figure } from '../figure.ts'
import { type GraphqlClient, graphqlClient } from '../graphql-client.ts'
import { simulatedAgents } from '../simulated-agents.ts'
import { clients, oneByOne, rate } from './tasks-per-second.ts'

const tasks = 2_000
/** Attempts of one webhook at once. */
const connections = 16
const create = `mutation ($url: String!, $after: Position!) { createWebhook(input: { url: $url, after: $after, filter: { apps: ["bench"] } })
  { webhook { id } refusal { message } } }`

/**
 * One webhook that delivers the events of 2 000 tasks, which are in the log already, to a receiver on this machine: deliveries per second
 * until the last one has arrived; baseline: an HTTP client that posts the same bodies to the same receiver over as many connections.
 */
export const webhookDeliveries: Row = {
  names: ['webhook-deliveries-per-second'],
  async measure({ center, runs, progress }) {
    const agents = await simulatedAgents(center, 100, 8)
    const client = graphqlClient(center, clients)
    const receiver = await bareReceiver()
    const ours: number[] = []
    const raw: number[] = []
    try {
      const { platform } = await client.request<{ platform: { headPosition: string } }>('{ platform { headPosition } }')
      progress(`${tasks} tasks whose events are delivered`)
      await rate(client, tasks, () => oneByOne(client, agents.ready.agentIds, tasks))
      for (let run = 0; run < runs; run++) {
        progress(`deliveries of webhooks, run ${run + 1} of ${runs}`)
        ours.push(await delivered(client, receiver, platform.headPosition))
        raw.push(await posted(receiver))
      }
    } finally {
      await client.close()
      await agents.stop()
      receiver.close()
    }
    return [figure('webhook-deliveries-per-second', 'deliveries/s', ours, raw)]
  },
}

interface BareReceiver {
  readonly url: string
  readonly bodies: string[]
  /** Resolves when so many requests have come since the last call. */
  came(count: number): Promise<void>
  close(): void
}

async function bareReceiver(): Promise<BareReceiver> {
  const bodies: string[] = []
  let left = 0
  let done: () => void = () => undefined
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    bodies.push(Buffer.concat(chunks).toString('utf8'))
    response.writeHead(204).end()
    if (--left === 0) done()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    bodies,
    came(count) {
      bodies.length = 0
      left = count
      return new Promise((resolve) => {
        done = resolve
      })
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** The simulated agents acknowledge, start and end each task: five events with its request and its dispatch. */
const deliveries = tasks * 5

async function delivered(client: GraphqlClient, receiver: BareReceiver, after: string): Promise<number> {
  const arrived = receiver.came(deliveries)
  const startedAt = performance.now()
  const { createWebhook } = await client.request<{ createWebhook: { webhook: { id: string } } }>(create, { url: receiver.url, after })
  await arrived
  const tookMs = performance.now() - startedAt
  await client.request('mutation ($webhook: ID!) { deleteWebhook(input: { webhook: $webhook }) { position } }', { webhook: createWebhook.webhook.id })
  return (deliveries * 1_000) / tookMs
}

async function posted(receiver: BareReceiver): Promise<number> {
  const bodies = [...receiver.bodies]
  const pool = new Pool(new URL(receiver.url).origin, { connections, pipelining: 1 })
  const arrived = receiver.came(bodies.length)
  const startedAt = performance.now()
  let next = 0
  const work = async () => {
    while (next < bodies.length) {
      const body = bodies[next++] ?? ''
      await (await pool.request({ path: '/', method: 'POST', headers: { 'content-type': 'application/json' }, body })).body.dump()
    }
  }
  await Promise.all(Array.from({ length: connections }, work))
  await arrived
  const tookMs = performance.now() - startedAt
  await pool.close()
  return (bodies.length * 1_000) / tookMs
}
