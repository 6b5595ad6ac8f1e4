import { scheduleAggregate } from '@elves/core/domain/schedule/schedule.ts'
import type { ScheduleFilter } from '@elves/core/read-models/schedules/queries.ts'
import { evolveScheduleView, type ScheduleView } from '@elves/core/read-models/schedules/schedule-view.ts'
import { anyOf } from '../subscriptions/any-of.ts'
import { followed } from '../subscriptions/followed.ts'

export const scheduleChanges = followed({
  name: 'schedule',
  of: [scheduleAggregate],
  evolve: (view: ScheduleView | null, _id, recorded) => evolveScheduleView(view, recorded),
})

/** Matches what `readSchedules` finds by SQL; without a state in the filter also deleted ones, so that subscribers learn of it. */
export function scheduleMatches(filter: ScheduleFilter): (schedule: ScheduleView) => boolean {
  const [ids, agents, apps, states] = [anyOf(filter.ids), anyOf(filter.agents), anyOf(filter.apps), anyOf(filter.states)]
  return ({ id, state, settings }) => ids(id) && states(state) && apps(settings.app) && (agents(settings.agent) || agents(settings.agentId))
}
