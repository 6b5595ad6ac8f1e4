import type { ScheduleSettings } from '@elves/core/domain/schedule/settings.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import type { NewTask } from '../tasks/task-requests.ts'

/** Returns the task that a schedule makes. `fireAt` null: somebody asked for it, beside the rule. */
export function scheduledTask(of: {
  readonly taskId: string
  readonly scheduleId: string
  readonly settings: ScheduleSettings
  readonly fireAt: number | null
}): NewTask {
  const { taskId, scheduleId, settings, fireAt } = of
  const { agent, app, func, param, proxy, processor, timeoutMs, startWithinMs, retry } = settings
  const content = { agent, app, func, param: inlineText(param), proxy, processor, timeoutMs, startWithinMs, retry }
  // Its id says which schedule and which instant it is of, so whatever has this id is the same request.
  return { ...content, taskId, kind: 'SCHEDULE', queueId: null, scheduleId, fireAt, parents: [], idempotencyKey: null, requestHash: taskId }
}
