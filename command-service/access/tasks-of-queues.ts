import type { AboutThing } from '@elves/core/command-api/about.ts'
import { queueAggregate } from '@elves/core/domain/queue/queue.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'

interface Read {
  /** How many events of the stream of the queue are in it. */
  readonly events: number
  /** Each thing once, by what it is. */
  readonly things: ReadonlyMap<string, AboutThing>
}

/** Most things of all queues that are remembered; a queue has 100 000 tasks at most. */
const thingsInMemory = 200_000
/** Streams of tasks that one query reads. */
const readTogether = 100

/**
 * What the tasks of queues are about: each app, function and agent once. What was read of a queue is remembered, so a queue to which tasks
 * are added one by one is read on, not again. It never changes: tasks are only added, and a task stays what it is.
 */
export class TasksOfQueues {
  readonly #store: Pick<EventStore, 'readStream' | 'readStreams'>
  readonly #read = new Map<string, Read>()
  #count = 0

  constructor(store: Pick<EventStore, 'readStream' | 'readStreams'>) {
    this.#store = store
  }

  /** Returns the things of a queue, by its id. */
  async of(queueId: string): Promise<readonly AboutThing[]> {
    const before = this.#read.get(queueId) ?? { events: 0, things: new Map() }
    const news = await this.#store.readStream(queueAggregate.streamOf(queueId), { from: before.events })
    const ids = news.flatMap(({ event }) => (event.type === 'QueueTasksAdded' ? event.data.tasks.map(({ taskId }) => taskId) : []))
    const things = new Map(before.things)
    let isWhole = true
    for (let from = 0; from < ids.length; from += readTogether) {
      const streams = await this.#store.readStreams(ids.slice(from, from + readTogether).map(taskStream))
      for (const [first] of streams) {
        const about = first && aboutTask(first)
        if (about) things.set(JSON.stringify(about), about)
        else isWhole = false
      }
    }
    if (isWhole) this.#remember(queueId, { events: before.events + news.length, things })
    return [...things.values()]
  }

  #remember(queueId: string, read: Read): void {
    this.#forget(queueId)
    this.#read.set(queueId, read)
    this.#count += read.things.size
    for (const [oldest] of this.#read) {
      if (this.#count <= thingsInMemory) return
      this.#forget(oldest)
    }
  }

  #forget(queueId: string): void {
    this.#count -= this.#read.get(queueId)?.things.size ?? 0
    this.#read.delete(queueId)
  }
}

/** Returns what a task is about, by the first event of its stream. */
export function aboutTask({ event }: RecordedEvent): AboutThing | null {
  if (event.type !== 'TaskRequested') return null
  const { app, func, agentId } = event.data
  return { app, func, agent: agentId }
}
