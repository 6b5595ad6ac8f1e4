import { agentsProjector } from './agents/projector.ts'
import { eventLogProjector } from './event-log/projector.ts'
import type { Projector } from './projector.ts'
import { tasksProjector } from './tasks/projector.ts'

/** Every projector of the platform. */
export const projectors: readonly Projector[] = [tasksProjector, agentsProjector, eventLogProjector]
