import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

/** A request that came, with a signature that a library of others found good. */
export interface Received {
  readonly id: string
  readonly body: {
    readonly type: string
    readonly timestamp: string
    readonly data: { readonly id: string; readonly stream: string; readonly version: number; readonly app: string | null; readonly data: object }
  }
  /** The status that it was answered with. */
  readonly status: number
}

export type Answering = (received: Omit<Received, 'status'>, response: ServerResponse) => number | Promise<number>

/** A receiver of webhooks on this machine. */
export interface WebhookReceiver {
  readonly url: string
  readonly port: number
  /** In the order in which they came. */
  readonly received: readonly Received[]
  /** Requests whose signature was not good. */
  readonly unsigned: readonly string[]
  /** Sets what signs the requests. */
  secret: string
  /** Returns the status of an answer; a function that answers by itself returns it too, after `response.end`. */
  answering: Answering
  close(): Promise<void>
}

/** Starts one; `port` 0 takes any. */
export async function webhookReceiver(port = 0): Promise<WebhookReceiver> {
  const received: Received[] = []
  const unsigned: string[] = []
  const here = { secret: '', answering: (() => 204) as Answering }
  const server = createServer((request, response) => void take(request, response))
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    const id = String(request.headers['webhook-id'])
    try {
      new Webhook(here.secret).verify(text, request.headers as Record<string, string>)
    } catch (error) {
      unsigned.push(`${id}: ${error instanceof Error ? error.message : error}`)
    }
    const one = { id, body: JSON.parse(text) as Received['body'] }
    const status = await here.answering(one, response)
    received.push({ ...one, status })
    if (!response.writableEnded && !response.headersSent) response.writeHead(status).end()
  }
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const { port: taken } = server.address() as AddressInfo
  return Object.assign(here, {
    url: `http://127.0.0.1:${taken}/hook?of=elves`,
    port: taken,
    received,
    unsigned,
    async close() {
      server.closeAllConnections()
      server.close()
      if (server.listening) await once(server, 'close')
    },
  })
}
