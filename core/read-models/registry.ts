import { agentCronsReadModel } from './agent-crons/index.ts'
import { agentsReadModel } from './agents/index.ts'
import { appAgentsReadModel } from './app-agents/index.ts'
import { appsReadModel } from './apps/index.ts'
import { eventLogReadModel } from './event-log/index.ts'
import { inventoryReadModel } from './inventory/index.ts'
import { joinTokensReadModel } from './join-tokens/index.ts'
import { processorsReadModel } from './processors/index.ts'
import type { ReadModelTable } from './projector.ts'
import { queuesReadModel } from './queues/index.ts'
import type { AnyReadModel } from './read-model.ts'
import { schedulesReadModel } from './schedules/index.ts'
import { taskRatesReadModel } from './task-rates/index.ts'
import { tasksReadModel } from './tasks/index.ts'
import { usersReadModel } from './users/index.ts'
import { webhooksReadModel } from './webhooks/index.ts'

const all = [
  // One on each line, in the order in which GraphQL returns them.
  tasksReadModel,
  agentsReadModel,
  eventLogReadModel,
  schedulesReadModel,
  queuesReadModel,
  processorsReadModel,
  agentCronsReadModel,
  webhooksReadModel,
  joinTokensReadModel,
  appsReadModel,
  appAgentsReadModel,
  inventoryReadModel,
  usersReadModel,
  taskRatesReadModel,
] as const satisfies readonly AnyReadModel[]

/** Every read model of the platform. */
export const allReadModels: readonly AnyReadModel[] = all

export type ReadModelName = (typeof all)[number]['name']
export const readModelNames: readonly ReadModelName[] = all.map(({ name }) => name)

export function isReadModelName(name: string): name is ReadModelName {
  return (readModelNames as readonly string[]).includes(name)
}

/** Lists that give cursors. */
export type ListName = (typeof all)[number]['lists'][number]

/** Tables that several projectors write, each its own rows. */
const sharedTables: readonly ReadModelTable[] = [{ name: 'counters', key: 'name' }]

/** Every table whose rows come from the log: a rebuild makes these, and a verification compares them. */
export const readModelTables: readonly ReadModelTable[] = [...allReadModels.flatMap(({ tables }) => tables), ...sharedTables]
