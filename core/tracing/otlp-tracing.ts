import { DiagLogLevel, diag, ROOT_CONTEXT, SamplingDecision, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, ParentBasedSampler, RandomIdGenerator, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace'
import { release } from '../foundation/release.ts'
import { within } from '../foundation/waiting.ts'

import type { EndedSpan, Tracing, TracingOptions } from './tracing.ts'

/** Spans that wait to be sent; a burst beyond them is dropped. */
const waitingSpans = 16_384
const spansAtOnce = 512
const everyMs = 1_000
/** A collector that is away must not keep a stop waiting. */
const lastSendMs = 3_000

/** The official SDK, which sends spans as OTLP over HTTP. Everything about a span is known when it is taken, its ids too. */
export function otlpTracing({ settings, service, instance, logger }: TracingOptions): Tracing {
  const random = new RandomIdGenerator()
  const next = { traceId: '', spanId: '' }
  const root = new TraceIdRatioBasedSampler(settings.ELVES_OTLP_PERCENT / 100)
  diag.setLogger(warningsTo(logger), DiagLogLevel.WARN)
  const url = `${settings.ELVES_OTLP_ENDPOINT.replace(/\/+$/, '')}/v1/traces`
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({ url }),
    maxQueueSize: waitingSpans,
    maxExportBatchSize: spansAtOnce,
    scheduledDelayMillis: everyMs,
  })
  const ours = resourceFromAttributes({ 'service.name': `elves-${service}`, 'service.instance.id': instance, 'service.version': release })
  const provider = new TracerProvider({
    // OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say more, or otherwise.
    resource: ours.merge(detectResources({ detectors: [envDetector] })),
    sampler: new ParentBasedSampler({ root }),
    idGenerator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
    spanProcessors: [processor],
  })
  const tracer = provider.getTracer('elves')

  function ended({ name, traceId, spanId, parent, isServer = false, startMs, endMs, attributes, error }: EndedSpan): void {
    next.traceId = traceId
    next.spanId = spanId ?? random.generateSpanId()
    const under = parent && {
      traceId,
      spanId: parent.spanId,
      traceFlags: parent.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
      isRemote: true,
    }
    const context = under ? trace.setSpanContext(ROOT_CONTEXT, under) : ROOT_CONTEXT
    const kind = isServer ? SpanKind.SERVER : SpanKind.INTERNAL
    const span = tracer.startSpan(name, { kind, startTime: startMs, attributes }, context)
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error })
    // Two clocks may have told the two instants.
    span.end(Math.max(startMs, endMs))
  }

  return {
    newSpanId: () => random.generateSpanId(),
    isSampled: (traceId) => root.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED,
    ended,
    async stop() {
      await within(lastSendMs, provider.shutdown(), undefined).catch(() => undefined)
      diag.disable()
    },
  }
}

function warningsTo(logger: Logger) {
  const told = (message: string, ...details: readonly unknown[]) => logger.warn({ details }, `OpenTelemetry: ${message}`)
  const untold = () => undefined
  return { error: told, warn: told, info: untold, debug: untold, verbose: untold }
}

type Logger = TracingOptions['logger']
