import type { Resolvers } from '../../generated/graphql.ts'
import { dateTimeScalar } from '../scalars/date-time.ts'
import { jsonScalar } from '../scalars/json.ts'
import { positionScalar } from '../scalars/position.ts'
import { agentResolvers } from './agent.ts'
import { connectionResolvers } from './connections.ts'
import { eventResolvers } from './event.ts'
import { mutationResolvers } from './mutation.ts'
import { platformResolvers } from './platform.ts'
import { queryResolvers } from './query.ts'
import { subscriptionResolvers } from './subscription.ts'
import { taskResolvers, taskResultResolvers } from './task.ts'

/** Every resolver by type; a field without one reads the property of its name. */
export const resolvers = {
  JSON: jsonScalar,
  DateTime: dateTimeScalar,
  Position: positionScalar,
  Query: queryResolvers,
  Mutation: mutationResolvers,
  Subscription: subscriptionResolvers,
  Task: taskResolvers,
  TaskResult: taskResultResolvers,
  Agent: agentResolvers,
  Event: eventResolvers,
  Platform: platformResolvers,
  TaskConnection: connectionResolvers,
  AgentConnection: connectionResolvers,
  EventConnection: connectionResolvers,
} satisfies Resolvers
