import { aggregate } from '../aggregate.ts'
import { taskDecider } from './decide.ts'

/** One run of one app function on one agent. */
export const taskAggregate = aggregate({ name: 'task', prefix: 'task-', decider: taskDecider })
export const taskStream = taskAggregate.streamOf
