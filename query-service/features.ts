import { agentCronsFeature } from './agent-crons/index.ts'
import { agentsFeature } from './agents/index.ts'
import { appsFeature } from './apps/index.ts'
import { auditFeature } from './audit/index.ts'
import { eventsFeature } from './events/index.ts'
import type { EdgeFeature } from './feature.ts'
import type { Resolvers, ResolversParentTypes } from './generated/graphql.ts'
import { accessFeature } from './grants/index.ts'
import { inventoryFeature } from './inventory/index.ts'
import { joinTokensFeature } from './join-tokens/index.ts'
import { limitsFeature } from './limits/index.ts'
import { platformFeature } from './platform/index.ts'
import { processorsFeature } from './processors/index.ts'
import { queuesFeature } from './queues/index.ts'
import type { Endpoints } from './rest-v2/openapi.ts'
import { schedulesFeature } from './schedules/index.ts'
import { secretsFeature } from './secrets/index.ts'
import { taskOutputFeature } from './task-output/index.ts'
import { taskRatesFeature } from './task-rates/index.ts'
import { tasksFeature } from './tasks/index.ts'
import { usersFeature } from './users/index.ts'
import { watchingFeature } from './watching/index.ts'
import { webhooksFeature } from './webhooks/index.ts'

const all = [
  // One feature per line.
  tasksFeature,
  agentsFeature,
  eventsFeature,
  platformFeature,
  schedulesFeature,
  queuesFeature,
  processorsFeature,
  agentCronsFeature,
  webhooksFeature,
  taskOutputFeature,
  joinTokensFeature,
  auditFeature,
  appsFeature,
  inventoryFeature,
  usersFeature,
  accessFeature,
  watchingFeature,
  limitsFeature,
  secretsFeature,
  taskRatesFeature,
] as const satisfies readonly EdgeFeature[]

/** Every feature of the public edge. */
export const features: readonly EdgeFeature[] = all

/** Every endpoint of REST v2, by path. */
export const restEndpoints: Endpoints = new Map(features.flatMap(({ restEndpoints: own = {} }) => Object.entries(own)))

type ObjectTypes = Exclude<Extract<keyof Resolvers, keyof ResolversParentTypes>, 'JSON' | 'DateTime' | 'Position'>
type FieldsOf<Type extends ObjectTypes> = Exclude<keyof NonNullable<Resolvers[Type]>, '__isTypeOf'>
/** The properties of a parent; the root types have none. */
type PropertiesOf<Parent> = PropertyKey extends keyof Parent ? never : keyof Parent
/** The fields of a type that any feature resolves. */
type ResolvedBy<Feature extends EdgeFeature, Type extends ObjectTypes> = Feature extends unknown
  ? Type extends keyof Feature['resolvers']
    ? keyof Feature['resolvers'][Type]
    : never
  : never
type Resolved<Type extends ObjectTypes> = PropertiesOf<ResolversParentTypes[Type]> | ResolvedBy<(typeof all)[number], Type>
type Unresolved = { [Type in ObjectTypes]: `${Type}.${Exclude<FieldsOf<Type>, Resolved<Type>> & string}` }[ObjectTypes]

type NoneOf<Names extends never> = Names

/** Compiles only if each field of the SDL has a resolver or a property of its parent; otherwise the error names the missing fields. */
export type EveryFieldIsResolved = NoneOf<Unresolved>
