import { type AnyAgentEvent, isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { type AgentView, agentsOf, evolveAgentView } from '@elves/core/read-models/agents/agent-view.ts'
import type { LogEntry, ReadModels } from '@elves/core/read-models/read-models.ts'
import { evolveTaskView, type TaskView } from '@elves/core/read-models/tasks/task-view.ts'
import { LRUCache } from 'lru-cache'
import { jsonBytes, taskBytes } from '../read-side/sizes.ts'
import { agentBefore, taskBefore } from '../tasks/past-task.ts'
import type { Change } from './change.ts'

type TaskRecord = RecordedEvent<TaskEvent>
type AgentRecord = RecordedEvent<AnyAgentEvent>
type Changed = Pick<Change, 'task' | 'agents'>

/** Views are loaded for so many entries at once. */
const groupSize = 32
const plainBytes = 500

/**
 * Folds the log into what each entry changed. Views of what is still open are kept, by their bytes, the least recently
 * changed dropped first; what is not there is loaded.
 */
export class ChangeFold {
  readonly #readModels: ReadModels
  readonly #tasks: LRUCache<string, TaskView>
  readonly #agents: LRUCache<string, AgentView>

  constructor(readModels: ReadModels, cacheBytes: number) {
    this.#readModels = readModels
    this.#tasks = new LRUCache({ maxSize: cacheBytes / 2, sizeCalculation: taskBytes })
    this.#agents = new LRUCache({ maxSize: cacheBytes / 2, sizeCalculation: ({ facts }) => plainBytes + jsonBytes(facts) })
  }

  /** Bytes of the views that it keeps. */
  get keptBytes(): number {
    return this.#tasks.calculatedSize + this.#agents.calculatedSize
  }

  /** What the entries changed, one after the other. They come in order, each batch following the one before. */
  async *changes(entries: readonly LogEntry[]): AsyncGenerator<Change, void> {
    for (let start = 0; start < entries.length; start += groupSize) {
      const group = entries.slice(start, start + groupSize)
      await this.#prefetch(group)
      for (const entry of group) yield await this.#changeOf(entry)
    }
  }

  /** Loads what a group needs at once; what is missing still is loaded one by one, and told there if it can't be read. */
  async #prefetch(group: readonly LogEntry[]): Promise<void> {
    const loads = new Map<string, () => Promise<unknown>>()
    const begun = new Set<string>()
    for (const entry of group) {
      if ('unreadable' in entry) continue
      if (taskAggregate.isEvent(entry)) {
        const taskId = taskIdOf(entry)
        if (entry.version === 0) begun.add(taskId)
        else if (!begun.has(taskId) && !this.#tasks.has(taskId) && !loads.has(taskId)) loads.set(taskId, () => this.#taskBefore(taskId, entry))
      } else if (isAnyAgentEvent(entry)) {
        for (const agentId of agentsOf(entry.event)) {
          if (!this.#agents.has(agentId) && !loads.has(agentId)) loads.set(agentId, () => this.#agentBefore(agentId, entry))
        }
      }
    }
    await Promise.all([...loads.values()].map((load) => load().catch((error: unknown) => void unreadableBy(error))))
  }

  async #changeOf(entry: LogEntry): Promise<Change> {
    const { stream, position } = entry
    const nothing = { task: null, agents: [], bytes: plainBytes }
    if ('unreadable' in entry) {
      this.#forget(stream)
      return { stream, position, recorded: null, ...nothing, unreadable: entry.unreadable }
    }
    try {
      const changed = await this.#changedBy(entry)
      return { stream, position, recorded: entry, ...changed, unreadable: null, bytes: bytesOf(entry, changed) }
    } catch (error) {
      const unreadable = unreadableBy(error)
      this.#forget(stream)
      return { stream, position, recorded: entry, ...nothing, unreadable, bytes: bytesOf(entry, nothing) }
    }
  }

  async #changedBy(recorded: RecordedEvent): Promise<Changed> {
    if (taskAggregate.isEvent(recorded)) return { task: await this.#taskChange(recorded), agents: [] }
    return { task: null, agents: isAnyAgentEvent(recorded) ? await this.#agentChange(recorded) : [] }
  }

  async #taskChange(recorded: TaskRecord): Promise<Change['task']> {
    const taskId = taskIdOf(recorded)
    const before = await this.#taskBefore(taskId, recorded)
    const after = evolveTaskView(before, recorded)
    // Only open tasks are kept: an end may carry a large output, and what comes after one is rare.
    if (after.endedAt === null) this.#tasks.set(taskId, after)
    else this.#tasks.delete(taskId)
    return { before, after }
  }

  async #agentChange(recorded: AgentRecord): Promise<Change['agents']> {
    const transitions: { before: AgentView | null; after: AgentView }[] = []
    for (const agentId of agentsOf(recorded.event)) {
      const before = await this.#agentBefore(agentId, recorded)
      const after = evolveAgentView(before, agentId, recorded)
      this.#agents.set(agentId, after)
      transitions.push({ before, after })
    }
    return transitions
  }

  async #taskBefore(taskId: string, { version, position }: TaskRecord): Promise<TaskView | null> {
    if (version === 0) return null
    const cached = this.#tasks.get(taskId)
    if (cached) return cached
    const view = await taskBefore(this.#readModels, taskId, position)
    if (view) this.#tasks.set(taskId, view)
    return view
  }

  async #agentBefore(agentId: string, { position }: AgentRecord): Promise<AgentView | null> {
    const cached = this.#agents.get(agentId)
    if (cached) return cached
    const view = await agentBefore(this.#readModels, agentId, position)
    if (view) this.#agents.set(agentId, view)
    return view
  }

  /** What is kept of a stream is no longer the state before its next event. */
  #forget(stream: string): void {
    const taskId = taskAggregate.idOf(stream)
    if (taskId !== null) this.#tasks.delete(taskId)
    else this.#agents.clear()
  }
}

function taskIdOf({ stream }: TaskRecord): string {
  return taskAggregate.idOf(stream) ?? ''
}

/** Throws what has another cause than a row that can't be read: a database that is away, say. */
function unreadableBy(error: unknown): ElvesError {
  if (error instanceof ElvesError && (error.code === 'EVENT_UNREADABLE' || error.code === 'ROW_UNREADABLE')) return error
  // A fold throws it where the first event of a stream is not what must come first.
  if (error instanceof TypeError) return new ElvesError('EVENT_UNREADABLE', error.message, { cause: error })
  throw error
}

function bytesOf({ event }: RecordedEvent, { task, agents }: Changed): number {
  const views = (task ? taskBytes(task.after) : 0) + agents.reduce((sum, { after }) => sum + jsonBytes(after.facts), 0)
  return plainBytes + jsonBytes(event.data) + views
}
