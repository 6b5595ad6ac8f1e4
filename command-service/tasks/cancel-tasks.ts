import type { CancelTasksRequest } from '@elves/core/command-api/cancel-tasks.ts'
import { type Caller, type CommandAnswer, contextOf } from '@elves/core/command-api/command.ts'
import { checkReason, checkText } from '@elves/core/domain/task/request.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { isHexId } from '@elves/core/foundation/ids.ts'
import { refusedAs } from '../command-answers.ts'
import type { TaskRequests } from './task-requests.ts'

/** Cancels many tasks in one call. */
export function cancellation(store: Pick<EventStore, 'head'>, requests: Pick<TaskRequests, 'cancel'>) {
  return async (caller: Caller, { ids, reason }: CancelTasksRequest): Promise<CommandAnswer<'cancel'>> => {
    const refusal = checkText('reason', reason) ?? checkReason(reason)
    if (refusal) return refusedAs('cancel')(refusal)
    await requests.cancel([...new Set(ids)].filter(isHexId), reason, contextOf(caller))
    return { cancelId: caller.correlationId, events: [], position: await store.head(), refusal: null }
  }
}
