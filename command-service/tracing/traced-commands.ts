import { asElvesError } from '@elves/core/foundation/errors.ts'
import { traceOf } from '@elves/core/tracing/trace-ids.ts'
import type { Tracing } from '@elves/core/tracing/tracing.ts'
import type { CommandHandler } from '../command-handlers.ts'

/** Makes a span of each command: from when it has come until its events are durable. Tasks have spans of their own. */
export function tracedHandlers(handlers: readonly CommandHandler[], tracing: Tracing): readonly CommandHandler[] {
  return handlers.map(({ command, handle }) => ({
    command,
    handle: async (caller, request) => {
      const startMs = Date.now()
      const { traceId, parent } = traceOf(tracing, caller.correlationId, caller.metadata['traceparent'])
      const told = (more: { readonly error?: string; readonly code: string }) => {
        const { error, code } = more
        tracing.ended({
          name: `command ${command.name}`,
          traceId,
          spanId: null,
          parent,
          startMs,
          endMs: Date.now(),
          attributes: { 'elves.command': command.name, 'elves.correlation_id': caller.correlationId, 'elves.code': code },
          ...(error !== undefined && { error }),
        })
      }
      try {
        const answer = await handle(caller, request)
        told({ code: answer.refusal?.code ?? 'OK' })
        return answer
      } catch (thrown) {
        const code = asElvesError(thrown).code
        told({ code, error: code })
        throw thrown
      }
    },
  }))
}
