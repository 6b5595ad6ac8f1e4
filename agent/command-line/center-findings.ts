import { once } from 'node:events'
import { connect } from 'node:net'
import { bodyOf, centerRequest } from '../link/center-request.ts'
import type { LinkAddress } from '../link/link-address.ts'
import type { GatewayTls } from '../link/socket-session.ts'
import type { Finding } from './finding.ts'

const patienceMs = 10_000
/** The center's clock is told in whole seconds. */
const clockApartMs = 2_000

/** Says whether the center is reachable from this host, whether it takes the name by which the agent calls it, and how far the clocks are apart. */
export async function centerFindings(link: LinkAddress): Promise<readonly Finding[]> {
  if (link.kind === 'kafka') return Promise.all(link.kafka.brokers.map(brokerFinding))
  return gatewayFindings(new URL('/healthz', link.url.replace(/^ws/, 'http')), link.tls)
}

async function gatewayFindings(url: URL, tls: GatewayTls): Promise<readonly Finding[]> {
  const subject = 'center'
  try {
    const { status, date, body } = await answerOf(url, tls)
    const clock = clockFinding(date)
    if (status === 200) return [{ state: 'OK', subject, text: `${url.origin} answers` }, ...clock]
    if (body.includes('ORIGIN_FORBIDDEN')) {
      const text = `${url.origin} answers, but not by the name ${url.hostname}: the center takes it with ELVES_ALLOWED_HOSTS=${url.hostname}`
      return [{ state: 'LACKS', subject, text }, ...clock]
    }
    return [{ state: 'LACKS', subject, text: `${url.href} answers with HTTP status ${status}: is it a gateway of Elves?` }]
  } catch (error) {
    return [{ state: 'LACKS', subject, text: `${url.origin} can not be reached: ${messageOf(error)}` }]
  }
}

function clockFinding(date: string): readonly Finding[] {
  const offsetMs = Date.parse(date) - Date.now()
  if (Number.isNaN(offsetMs)) return []
  const subject = 'clock'
  if (Math.abs(offsetMs) <= clockApartMs) return [{ state: 'OK', subject, text: "is the center's, to the second" }]
  const apart = `${Math.round(Math.abs(offsetMs) / 1_000)} s ${offsetMs > 0 ? 'behind' : 'ahead of'} the center's`
  return [{ state: 'WARN', subject, text: `${apart}. Tasks go by the center's clock, own crons and TLS certificates by this host's` }]
}

interface Answer {
  readonly status: number
  readonly date: string
  readonly body: string
}

async function answerOf(url: URL, tls: GatewayTls): Promise<Answer> {
  const response = await centerRequest({ url, tls, signal: AbortSignal.timeout(patienceMs), silentMs: patienceMs })
  return { status: response.statusCode ?? 0, date: response.headers.date ?? '', body: await bodyOf(response, 10_000) }
}

async function brokerFinding(broker: string): Promise<Finding> {
  const subject = 'center'
  const { hostname, port } = new URL(`tcp://${broker}`)
  const socket = connect({ host: hostname, port: Number(port) })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(patienceMs) })
    return { state: 'OK', subject, text: `the Kafka broker ${broker} takes connections` }
  } catch (error) {
    return { state: 'LACKS', subject, text: `the Kafka broker ${broker} can not be reached: ${messageOf(error)}` }
  } finally {
    socket.destroy()
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return `no answer within ${patienceMs / 1_000} s`
  // A host name with several addresses fails with all their errors and an empty message.
  return error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : error.message
}
