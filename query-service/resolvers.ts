import { agentResolvers } from './agents/resolvers.ts'
import { eventResolvers } from './events/resolvers.ts'
import { subscriptionResolvers } from './events/subscriptions.ts'
import type { Resolvers, ResolversParentTypes } from './generated/graphql.ts'
import { connectionResolvers } from './graphql/connections.ts'
import { dateTimeScalar } from './graphql/scalars/date-time.ts'
import { jsonScalar } from './graphql/scalars/json.ts'
import { positionScalar } from './graphql/scalars/position.ts'
import { platformResolvers } from './platform/resolvers.ts'
import { mutationResolvers } from './tasks/mutations.ts'
import { queryResolvers } from './tasks/queries.ts'
import { taskResolvers, taskResultResolvers } from './tasks/resolvers.ts'

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

type ObjectTypes = Extract<keyof Resolvers, keyof ResolversParentTypes>
type FieldsOf<Type extends ObjectTypes> = Exclude<keyof NonNullable<Resolvers[Type]>, '__isTypeOf'>
/** What a parent has under the name of a field; the roots have nothing. */
type PropertiesOf<Parent> = PropertyKey extends keyof Parent ? never : keyof Parent
type Resolved<Type extends ObjectTypes> =
  | PropertiesOf<ResolversParentTypes[Type]>
  | (Type extends keyof typeof resolvers ? keyof (typeof resolvers)[Type] : never)
type ScalarTypes = 'JSON' | 'DateTime' | 'Position'
type Unresolved = {
  [Type in Exclude<ObjectTypes, ScalarTypes>]: `${Type}.${Exclude<FieldsOf<Type>, Resolved<Type>> & string}`
}[Exclude<ObjectTypes, ScalarTypes>]

type NoneOf<Names extends never> = Names

/** Compiles while each field of the SDL has a resolver or a property of its parent; else the error names those that have neither. */
export type EveryFieldIsResolved = NoneOf<Unresolved>
