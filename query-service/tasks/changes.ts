import { taskAggregate } from '@elves/core/domain/task/task.ts'
import { evolveTaskView, type TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { followed } from '../subscriptions/followed.ts'
import { taskBytes } from './sizes.ts'

export const taskChanges = followed({
  name: 'task',
  of: [taskAggregate],
  evolve: (view: TaskView | null, _id, recorded) => evolveTaskView(view, recorded),
  // An ended task may have a large output, and events after the end are rare but for those of the processing of its result.
  isOpen: ({ endedAt, processor, processing }) => endedAt === null || (processor && (processing?.endedAt ?? null) === null),
  bytesOf: taskBytes,
  ipsOf: ({ after }) => [after.agentIp],
})
