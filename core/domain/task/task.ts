import { aggregate } from '../aggregate.ts'
import { taskDecider } from './decide.ts'
import { hasEnded } from './state.ts'

/** One run of one app function on one agent. */
export const taskAggregate = aggregate({
  name: 'task',
  prefix: 'task-',
  decider: taskDecider,
  // A result that is handed to its app's processor still has reports to come.
  isOver: ({ phase, processing }) => hasEnded(phase) && processing?.outcome !== null,
})
export const taskStream = taskAggregate.streamOf
