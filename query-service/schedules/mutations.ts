import type { AnyCommand, CommandAnswer, InputOf } from '@elves/core/command-api/command.ts'
import { createSchedule } from '@elves/core/command-api/create-schedule.ts'
import { deleteSchedule } from '@elves/core/command-api/delete-schedule.ts'
import { fireSchedule } from '@elves/core/command-api/fire-schedule.ts'
import { pauseSchedule } from '@elves/core/command-api/pause-schedule.ts'
import { resumeSchedule } from '@elves/core/command-api/resume-schedule.ts'
import { updateSchedule } from '@elves/core/command-api/update-schedule.ts'
import { scheduleAggregate } from '@elves/core/domain/schedule/schedule.ts'
import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { evolveScheduleView, type ScheduleView } from '@elves/core/read-models/schedules/schedule-view.ts'
import { foldTaskView } from '@elves/core/read-models/tasks/task-view.ts'
import type { MutationResolvers } from '../generated/graphql.ts'
import { JsonText, jsonOf } from '../graphql/json-text/json-text.ts'

type Answer = CommandAnswer<'schedule'>

export const scheduleMutations = {
  createSchedule: async (_root, { input }, { caller, services }) => {
    return payload(await services.commands.call(createSchedule, caller, { ...input, param: paramText(input.param) }))
  },
  updateSchedule: async (_root, { input }, { caller, services }) => {
    const request = 'param' in input ? { ...input, param: paramText(input.param) } : input
    return payload(await services.commands.call(updateSchedule, caller, request as InputOf<typeof updateSchedule>))
  },
  pauseSchedule: async (_root, { input }, { caller, services }) => payload(await services.commands.call(pauseSchedule, caller, input)),
  resumeSchedule: async (_root, { input }, { caller, services }) => payload(await services.commands.call(resumeSchedule, caller, input)),
  deleteSchedule: async (_root, { input }, { caller, services }) => payload(await services.commands.call(deleteSchedule, caller, input)),
  fireSchedule: async (_root, { input }, { caller, services }) => {
    const answer = await services.commands.call(fireSchedule, caller, input)
    const events = (answer.events as readonly RecordedEvent[]).filter((event): event is RecordedEvent<TaskEvent> => taskAggregate.isEvent(event))
    const view = events.length === 0 ? null : foldTaskView(events)
    return { ...payload(answer), task: view && { view, events } }
  },
} satisfies MutationResolvers

export const commandsOfSchedules: readonly AnyCommand[] = [
  createSchedule,
  updateSchedule,
  pauseSchedule,
  resumeSchedule,
  deleteSchedule,
  fireSchedule,
]

/** The schedule as the events of the answer tell it: the read model may not have them yet. */
function payload({ events, position, refusal }: Answer) {
  let schedule: ScheduleView | null = null
  for (const event of events) if (scheduleAggregate.isEvent(event)) schedule = evolveScheduleView(schedule, event)
  return { schedule, position, refusal }
}

function paramText(param: unknown): string | null {
  if (param === null || param === undefined) return null
  return param instanceof JsonText ? param.text : jsonOf(param)
}
