import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as a collector gets it. */
export interface ReceivedSpan {
  readonly service: string
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  /** Empty: the trace begins with it. */
  readonly parentSpanId: string
  /** Ms since the epoch. */
  readonly startMs: number
  readonly endMs: number
  readonly isFailed: boolean
  readonly attributes: Readonly<Record<string, string | number>>
}

/** A collector on this machine that takes OTLP over HTTP, as JSON. */
export interface OtlpReceiver {
  readonly url: string
  /** In the order in which they came. */
  readonly spans: readonly ReceivedSpan[]
  close(): Promise<void>
}

interface KeyValue {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string; readonly doubleValue?: number }
}

interface Exported {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] }
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[]
  }[]
}

interface SentSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status?: { readonly code?: number }
  readonly attributes: readonly KeyValue[]
}

const failedStatus = 2

export async function otlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (request.method !== 'POST' || request.url !== '/v1/traces') return response.writeHead(404).end()
    const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Exported
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(recordOf(resource.attributes)['service.name'])
      for (const span of scopeSpans.flatMap((scope) => scope.spans)) spans.push(received(service, span))
    }
    return response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function received(service: string, { name, traceId, spanId, parentSpanId = '', attributes, status, ...times }: SentSpan): ReceivedSpan {
  const ms = (nanoseconds: string) => Number(BigInt(nanoseconds) / 1_000n) / 1_000
  return {
    service,
    name,
    traceId,
    spanId,
    parentSpanId,
    startMs: ms(times.startTimeUnixNano),
    endMs: ms(times.endTimeUnixNano),
    isFailed: status?.code === failedStatus,
    attributes: recordOf(attributes),
  }
}

function recordOf(attributes: readonly KeyValue[]): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    attributes.map(({ key, value: { stringValue, intValue, doubleValue } }) => [key, stringValue ?? (Number(intValue ?? doubleValue) as number)]),
  )
}
