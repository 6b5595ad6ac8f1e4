import { schedulesReadModel } from '@elves/core/read-models/schedules/index.ts'
import type { EdgeFeature } from '../feature.ts'
import { changed } from '../graphql/changed.ts'
import { connectionResolvers } from '../graphql/connections.ts'
import { scheduleChanges, scheduleMatches } from './changes.ts'
import { commandsOfSchedules, scheduleMutations } from './mutations.ts'
import { scheduleQueries } from './queries.ts'
import { fireResolvers, scheduleResolvers, taskScheduleResolvers } from './resolvers.ts'
import { cronAdd, cronDelete, cronDetail, cronStart, cronStop } from './rest-endpoints.ts'

export const schedulesFeature = {
  readModels: [schedulesReadModel],
  commands: commandsOfSchedules,
  changes: [scheduleChanges],
  resolvers: {
    Query: scheduleQueries,
    Mutation: scheduleMutations,
    Subscription: {
      scheduleChanged: changed(scheduleChanges, scheduleMatches, (schedule, position) => ({ schedule, position })),
    },
    Schedule: scheduleResolvers,
    Fire: fireResolvers,
    Task: taskScheduleResolvers,
    ScheduleConnection: connectionResolvers,
    FireConnection: connectionResolvers,
  },
  restEndpoints: {
    '/api/v2/cron/add': cronAdd,
    '/api/v2/cron/start': cronStart,
    '/api/v2/cron/stop': cronStop,
    '/api/v2/cron/delete': cronDelete,
    '/api/v2/cron/detail': cronDetail,
    '/api/v2/cron/info': cronDetail,
  },
} satisfies EdgeFeature
