import { taskStates } from '../../domain/task/state.ts'
import { taskAggregate } from '../../domain/task/task.ts'
import { readModel } from '../read-model.ts'
import { projectTasks } from './projector.ts'
import { readTask, readTasks } from './queries.ts'

/** The list of tasks, one row each. */
export const tasksReadModel = readModel({
  name: 'tasks',
  tables: [{ name: 'tasks', key: 'id' }],
  reads: [taskAggregate],
  lists: ['tasks'],
  states: taskStates,
  apply: projectTasks,
  queries: { byId: readTask, list: readTasks },
})
