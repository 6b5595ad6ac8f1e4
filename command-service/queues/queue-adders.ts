import type { Caller } from '@elves/core/command-api/command.ts'
import { commitQueue } from '@elves/core/command-api/commit-queue.ts'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import { queueStream } from '@elves/core/domain/queue/queue.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { chunks } from '@elves/core/foundation/chunks.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import type { AccessRules, AskedRun } from '../access/access-rules.ts'

export interface QueueAddersOptions {
  readonly store: Pick<EventStore, 'readStream' | 'readStreams'>
  readonly access: Pick<AccessRules, 'refusalOfRuns'>
}

/** Tasks whose streams one query reads: a queue has 100 000, and a parameter may have 64 KiB. */
const askedTogether = 100

/** Of one who added tasks. */
interface Added {
  readonly context: EventContext
  readonly taskIds: string[]
}

/** Asks whether those who added tasks to a queue may still, where somebody else lets it run: whoever commits is asked about their own right only. */
export class QueueAdders {
  readonly #options: QueueAddersOptions

  constructor(options: QueueAddersOptions) {
    this.#options = options
  }

  /** Null: all of them may. Tasks of the one who commits, of the local admin and of the platform are not read. */
  async refusal(caller: Caller, queueId: string): Promise<Rejection | null> {
    for (const { context, taskIds } of await this.#addersOf(caller, queueId)) {
      const asker: Caller = { actor: context.actor, correlationId: caller.correlationId, metadata: caller.metadata }
      for (const some of chunks(taskIds, askedTogether)) {
        const no = await this.#options.access.refusalOfRuns(asker, commitQueue.name, 'RUN', await this.#runs(some))
        if (no) return rejection('FORBIDDEN', `who added tasks to the queue may not run them any more: ${no.message}`, 'queue')
      }
    }
    return null
  }

  async #addersOf({ actor: own }: Caller, queueId: string): Promise<readonly Added[]> {
    const adders = new Map<string, Added>()
    for (const { event, context } of await this.#options.store.readStream(queueStream(queueId))) {
      // It runs already: this is a repeated request.
      if (event.type === 'QueueCommitted') return []
      const { kind, id } = context.actor
      if (event.type !== 'QueueTasksAdded' || (kind !== 'USER' && kind !== 'AUTH_KEY') || (kind === own.kind && id === own.id)) continue
      const known = adders.get(`${kind} ${id}`) ?? { context, taskIds: [] }
      adders.set(`${kind} ${id}`, known)
      known.taskIds.push(...event.data.tasks.map(({ taskId }) => taskId))
    }
    return [...adders.values()]
  }

  async #runs(taskIds: readonly string[]): Promise<readonly AskedRun[]> {
    const streams = await this.#options.store.readStreams(taskIds.map(taskStream))
    return streams.flatMap(([first]) => (first?.event.type === 'TaskRequested' ? [first.event.data] : []))
  }
}
