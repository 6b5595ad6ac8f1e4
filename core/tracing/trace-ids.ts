import { hash } from 'node:crypto'
import type { Tracing } from './tracing.ts'

/** The span that something belongs under, as the header `traceparent` of the W3C names it. */
export interface TraceParent {
  /** 32 lower-case hex digits. */
  readonly traceId: string
  /** 16 lower-case hex digits. */
  readonly spanId: string
  readonly isSampled: boolean
}

/** The trace of a request and of all that it causes. */
export interface Trace {
  readonly traceId: string
  /** Null: the trace begins in the platform. */
  readonly parent: TraceParent | null
  readonly isSampled: boolean
}

const form = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/

/** Reads a `traceparent`; null: it is absent, or none. */
export function traceParentOf(text: string | undefined): TraceParent | null {
  const [, traceId = '', spanId = '', flags = ''] = form.exec(text ?? '') ?? []
  if (isZero(traceId) || isZero(spanId)) return null
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

export function traceParentText({ traceId, spanId, isSampled }: TraceParent): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`
}

/** The trace of what one request caused: the digits of its correlation id where that is a UUID, else the beginning of its SHA-256. */
export function traceIdOf(correlationId: string): string {
  const digits = correlationId.replaceAll('-', '').toLowerCase()
  return /^[0-9a-f]{32}$/.test(digits) && !isZero(digits) ? digits : hash('sha256', correlationId).slice(0, 32)
}

/** Returns the trace that a caller's `traceparent` names, else the one that begins with the request. */
export function traceOf(tracing: Pick<Tracing, 'isSampled'>, correlationId: string, traceparent: string | undefined): Trace {
  const parent = traceParentOf(traceparent)
  if (parent) return { traceId: parent.traceId, parent, isSampled: parent.isSampled }
  const traceId = traceIdOf(correlationId)
  return { traceId, parent, isSampled: tracing.isSampled(traceId) }
}

/** The id of a span that several processes must call the same, without having told each other. */
export function spanIdOf(kind: 'task' | 'dispatch' | 'run' | 'end', taskId: string, attempt = 0): string {
  return hash('sha256', `${kind} ${taskId} ${attempt}`).slice(0, 16)
}

function isZero(digits: string): boolean {
  return /^0*$/.test(digits)
}
