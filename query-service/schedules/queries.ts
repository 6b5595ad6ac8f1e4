import { nextInstants } from '@elves/core/domain/schedule/settings.ts'
import { parseRule } from '@elves/core/domain/schedule-rule/rule.ts'
import { timeZone } from '@elves/core/domain/schedule-rule/time-zone.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { schedulesReadModel } from '@elves/core/read-models/schedules/index.ts'
import type { QueryResolvers } from '../generated/graphql.ts'
import { filterOf } from '../graphql/arguments.ts'
import { listAsOf, withAsOf } from '../graphql/list-as-of.ts'
import { pastSchedules, scheduleAsOf } from './past-schedule.ts'

export const scheduleQueries = {
  schedule: async (_root, { id, asOf, notBefore }, context) => {
    const { readModels } = context.services
    const isPast = asOf !== null && asOf !== undefined
    await context.reached(notBefore, [isPast ? 'event-log' : 'schedules'])
    const found = await (isPast ? scheduleAsOf(readModels, id, asOf) : readModels.of(schedulesReadModel).byId(id))
    // What one may see of the past goes by what is there now.
    if (isPast && context.visible !== null && !(await readModels.of(schedulesReadModel).byId(id))) return null
    if (found) context.takeValue(found)
    return found && isPast ? { ...found, asOf } : found
  },
  schedules: async (_root, args, context, info) => {
    await context.reached(args.notBefore, ['schedules'])
    const { readModels } = context.services
    const filter = filterOf(args.filter)
    const page = await listAsOf(context, info, args, {
      name: 'schedules',
      now: (request) => readModels.of(schedulesReadModel).list(filter, request),
      past: (moment) => pastSchedules(readModels, filter, moment),
    })
    return withAsOf(page, args.asOf)
  },
  previewRule: (_root, { rule, timeZone: zone, count, after }) => {
    for (const checked of [parseRule(rule), timeZone(zone)]) {
      if ('rejected' in checked) throw new ElvesError(checked.rejected, checked.message)
    }
    return nextInstants({ rule, timeZone: zone, startsAt: null, endsAt: null }, after ?? Date.now(), countOf(count, 10))
  },
} satisfies QueryResolvers

/** An instant costs up to 20 µs, and a page may have 500 schedules. */
const mostInstants = 100

/** Throws PAGE_TOO_LARGE. A null counts as missing. */
export function countOf(count: number | null | undefined, otherwise: number): number {
  const most = count ?? otherwise
  if (most < 1 || most > mostInstants) throw new ElvesError('PAGE_TOO_LARGE', `count must be 1 to ${mostInstants}`, { facts: { count: most } })
  return most
}
