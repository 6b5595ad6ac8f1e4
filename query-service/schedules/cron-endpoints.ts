import type { CommandAnswer } from '@elves/core/command-api/command.ts'
import { createSchedule } from '@elves/core/command-api/create-schedule.ts'
import { deleteSchedule } from '@elves/core/command-api/delete-schedule.ts'
import { pauseSchedule } from '@elves/core/command-api/pause-schedule.ts'
import { resumeSchedule } from '@elves/core/command-api/resume-schedule.ts'
import { doneAnswer, type RestRefusal, refusedAnswer, restRefusal } from '../rest-v2/answers.ts'
import type { Endpoint, RestCaller } from '../rest-v2/endpoint.ts'
import { given, type Parameters } from '../rest-v2/parameters.ts'
import { restRefusalOf } from '../rest-v2/refusals.ts'
import { readTaskRequest } from '../tasks/rt-exec.ts'
import { cronDetailOf } from './cron-detail.ts'

/** `/api/v2/cron/add`: the rule is in the time zone of this server, as in 0.1.x; it runs from then on. */
export const cronAdd: Endpoint = async ({ commands }, caller, parameters) => {
  const task = readTaskRequest(parameters)
  if ('code' in task) return refusedAnswer(task)
  const rule = given(parameters, 'rule')
  if (rule === null) return refusedAnswer(restRefusal('403.5'))
  const { wait: _wait, ...content } = task
  const request = { ...content, rule, timeZone: serverTimeZone() }
  const answer = await commands.call(createSchedule, callerOf(caller), { ...request, startWithinMs: null })
  return answered(answer, (id) => ({ id }))
}

/** `/api/v2/cron/start`, `/stop` and `/delete`: no result. */
export const cronStart = changing(resumeSchedule)
export const cronStop = changing(pauseSchedule)
export const cronDelete = changing(deleteSchedule)

/** `/api/v2/cron/detail`, also `/info`. */
export const cronDetail: Endpoint = async (services, _caller, parameters) => {
  const id = cronId(parameters)
  if (typeof id !== 'string') return refusedAnswer(id)
  const detail = await cronDetailOf(services, id, serverTimeZone())
  return detail ? doneAnswer(detail) : refusedAnswer(restRefusal('411.1'))
}

function changing(command: typeof resumeSchedule | typeof pauseSchedule | typeof deleteSchedule): Endpoint {
  return async ({ commands }, caller, parameters) => {
    const schedule = cronId(parameters)
    if (typeof schedule !== 'string') return refusedAnswer(schedule)
    return answered(await commands.call(command, callerOf(caller), { schedule }), () => undefined)
  }
}

function answered(answer: CommandAnswer<'schedule'>, resultOf: (id: string) => Record<string, string> | undefined): string {
  return answer.refusal ? refusedAnswer(restRefusalOf(answer.refusal)) : doneAnswer(resultOf(answer.scheduleId))
}

function cronId(parameters: Parameters): string | RestRefusal {
  const id = given(parameters, 'cron_id')
  return id !== null && /^[0-9A-Za-z]{16}$/.test(id) ? id : restRefusal('403.9')
}

function callerOf({ authId, correlationId, metadata }: RestCaller) {
  return { actor: { kind: 'AUTH_KEY', id: authId, name: null }, correlationId, metadata } as const
}

function serverTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}
