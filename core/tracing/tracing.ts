import type { Running, Stack } from '../foundation/lifecycle.ts'
import type { Logger } from '../foundation/log.ts'
import type { Settings } from '../foundation/settings.ts'

/** A span that is over. */
export interface EndedSpan {
  readonly name: string
  readonly traceId: string
  /** Null: any. */
  readonly spanId: string | null
  /** Null: the trace begins with it. */
  readonly parent: { readonly spanId: string; readonly isSampled: boolean } | null
  /** True: it answers a request of somebody else. */
  readonly isServer?: boolean
  /** Ms since the epoch. */
  readonly startMs: number
  readonly endMs: number
  readonly attributes: Readonly<Record<string, string | number>>
  /** What went wrong; absent: nothing. */
  readonly error?: string
}

/** Tells a collector what took how long. It waits for nobody: what the collector does not take in time is dropped. */
export interface Tracing extends Running {
  newSpanId(): string
  /** Whether a trace that begins in the platform is told; all processes say the same. */
  isSampled(traceId: string): boolean
  /** Takes a span; it is not told if its parent, or the trace that it begins, is not sampled. */
  ended(span: EndedSpan): void
}

export interface TracingOptions {
  readonly settings: Pick<Settings, 'ELVES_OTLP_ENDPOINT' | 'ELVES_OTLP_PERCENT'>
  /** The name of the service, without `elves-`. */
  readonly service: string
  readonly instance: string
  readonly logger: Logger
}

/** Returns null where no collector is named; then no code of OpenTelemetry is loaded. Open it first, so that it stops last. */
export async function openTracing(options: TracingOptions, stack: Stack): Promise<Tracing | null> {
  if (options.settings.ELVES_OTLP_ENDPOINT === '') return null
  const { otlpTracing } = await import('./otlp-tracing.ts')
  return stack.use('tracing', otlpTracing(options))
}
