import { inlineText, outputLength } from '@elves/schemas/codec/value.ts'
import type { RetriedEnd, RunTask, TaskKind, TaskOutcome } from '@elves/schemas/generated/types.ts'
import type { AttemptEnd } from '../journal/journal.ts'
import type { Reinstruct } from './generated/processor_types.js'

/**
 * Returns true if the result of an attempt that ends like this goes to the app's processor, if the app has one. All that
 * the agent says of an attempt goes there, as in Elves 0.1.x: what the worker answered, and -1 with the reason when there
 * is no answer. Not a cancel: who cancels does not wait for a result. Not an end that another attempt follows.
 */
export function goesToProcessor({ processor, retriedOn }: RunTask, outcome: TaskOutcome): boolean {
  return processor && outcome !== 'CANCELLED' && !retriedOn.includes(outcome as RetriedEnd)
}

const types = { INSTANT: 'rt', QUEUE: 'queue', SCHEDULE: 'cron', AGENT_CRON: 'cron', UNKNOWN: 'rt' } as const satisfies Record<TaskKind, string>

/** The argument of the processor's function. */
export function reinstructOf(task: RunTask, { output }: AttemptEnd, ip: string): Reinstruct {
  const { taskId, kind, app, func, param, timeoutMs, proxy } = task
  return {
    ins: {
      id: taskId,
      ip,
      type: types[kind],
      mode: 'P',
      app,
      func,
      param: inlineText(param) ?? '',
      timeout: Math.ceil(timeoutMs / 1000),
      proxy: proxy ?? '',
    },
    flag: output?.workerFlag ?? -1,
    costtime: Math.round(output?.costMs ?? 0),
    result: inlineText(output?.message ?? null) ?? '',
  }
}

/** Rough size in memory and in the journal. */
export function resultBytes({ param }: RunTask, { output }: Pick<AttemptEnd, 'output'>): number {
  return 1024 + (inlineText(param)?.length ?? 0) + outputLength(output)
}
