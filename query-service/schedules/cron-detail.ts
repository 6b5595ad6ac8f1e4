import { isIPv4 } from 'node:net'
import { schedulesReadModel } from '@elves/core/read-models/schedules/index.ts'
import type { ScheduleView } from '@elves/core/read-models/schedules/schedule-view.ts'
import type { TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import type { RestServices } from '../rest-v2/endpoint.ts'
import { dateText } from '../rest-v2/server-time.ts'
import { restResultOf } from '../tasks/rest-endpoints.ts'

/** Returns null if there is no such schedule, or not any more. */
export async function scheduleOfCron({ commands, readModels, readPosition }: RestServices, id: string): Promise<ScheduleView | null> {
  await readPosition.reached(await commands.head(), ['schedules', 'tasks', 'agents'])
  const schedule = await readModels.of(schedulesReadModel).byId(id)
  return schedule?.state === 'DELETED' ? null : schedule
}

/** Returns what REST v2 tells of a schedule, in the contract's order. Dates are in the server's time zone. */
export async function cronDetailOf(services: RestServices, schedule: ScheduleView): Promise<Record<string, unknown>> {
  const { timeZone } = services
  const { app, func, param, processor, proxy, timeoutMs, rule } = schedule.settings
  const last = await lastExecuted(services, schedule.id)
  return {
    ip: await ipOf(services, schedule),
    app,
    func,
    param: inlineText(param) ?? '',
    mode: processor ? 'P' : 'NP',
    proxy: proxy ?? '',
    timeout: Math.floor(timeoutMs / 1000),
    rule,
    cron_flag: schedule.state === 'RUNNING' ? 1 : 0,
    last_exec_time: last ? dateText(last.fireAt ?? last.requestedAt, timeZone) : '',
    last_exec_result: last ? { flag: 'true', error: '', result: resultOf(last) } : '',
  }
}

/** The task of the last fire that has ended. */
async function lastExecuted({ readModels }: RestServices, id: string): Promise<TaskView | null> {
  const taskId = await readModels.of(schedulesReadModel).lastEndedTask(id)
  return taskId === null ? null : readModels.task(taskId)
}

function resultOf(task: TaskView): Record<string, string> {
  const { id: _id, ...result } = restResultOf(task)
  return result
}

async function ipOf({ readModels }: RestServices, { settings }: ScheduleView): Promise<string> {
  if (isIPv4(settings.agent)) return settings.agent
  return (await readModels.agent(settings.agentId))?.ip ?? ''
}
