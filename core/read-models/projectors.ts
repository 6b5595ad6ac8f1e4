import { agentsProjector } from './agents/projector.ts'
import { eventLogProjector } from './event-log/projector.ts'
import type { Projector, ReadModelTable } from './projector.ts'
import { tasksProjector } from './tasks/projector.ts'

const all = [tasksProjector, agentsProjector, eventLogProjector] as const satisfies readonly Projector[]

/** Every projector of the platform. */
export const projectors: readonly Projector[] = all

/** Names of the read models, which are those of their projectors. */
export type ReadModelName = (typeof all)[number]['name']
export const readModelNames: readonly ReadModelName[] = all.map(({ name }) => name)

/** Tables that several projectors write, each its own rows. */
const sharedTables: readonly ReadModelTable[] = [{ name: 'counters', key: 'name' }]

/** Every table whose rows come from the log: what a rebuild makes and a verification compares. */
export const readModelTables: readonly ReadModelTable[] = [...projectors.flatMap(({ tables }) => tables), ...sharedTables]
