import { agentsProjector } from './agents/projector.ts'
import { eventLogProjector } from './event-log/projector.ts'
import type { Projector, ReadModelTable } from './projector.ts'
import { tasksProjector } from './tasks/projector.ts'

/** Every projector of the platform. */
export const projectors: readonly Projector[] = [tasksProjector, agentsProjector, eventLogProjector]

/** Tables that several projectors write, each its own rows. */
const sharedTables: readonly ReadModelTable[] = [{ name: 'counters', key: 'name' }]

/** Every table whose rows come from the log: what a rebuild makes and a verification compares. */
export const readModelTables: readonly ReadModelTable[] = [...projectors.flatMap(({ tables }) => tables), ...sharedTables]
