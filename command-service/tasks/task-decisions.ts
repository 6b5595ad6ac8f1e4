import type { StartTerms } from '@elves/core/domain/task/commands.ts'
import type { TaskState } from '@elves/core/domain/task/state.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { Aggregates, Handle, Handled } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { AgentRecord } from '../agents/agent-directory.ts'
import type { OpenTasks } from './open-tasks.ts'
import type { TaskSpans } from './task-spans.ts'
import type { TaskTelling } from './task-telling.ts'

export type TaskHandle = Omit<Handle<typeof taskAggregate>, 'aggregate'>
export type TaskHandled = Handled<typeof taskAggregate>

/**
 * The only way in which this process decides about tasks. When a promise resolves, the events are durable and the waiting clients of
 * this process have heard of them, without a detour over the store's subscription.
 */
export interface TaskDecisions {
  handleMany(requests: readonly TaskHandle[]): Promise<readonly TaskHandled[]>
  load(stream: string): Promise<{ readonly state: TaskState; readonly version: number }>
  /** Remembers the state of a task whose whole stream was just read. */
  adopt(stream: string, history: readonly RecordedEvent[]): void
  /** Resolves when every decision that is in flight now has ended. */
  settled(): Promise<void>
}

export interface TaskDecisionsOptions {
  readonly aggregates: Aggregates
  readonly openTasks: OpenTasks
  readonly telling: TaskTelling
  /** Hears of what is written, before the log brings it. */
  readonly onWritten?: (events: readonly RecordedEvent[]) => void
  /** Null or absent: nobody asks for spans. */
  readonly spans?: Pick<TaskSpans, 'recorded'> | null
}

export function taskDecisions({ aggregates, openTasks, telling, onWritten, spans }: TaskDecisionsOptions): TaskDecisions {
  const inFlight = new Set<Promise<unknown>>()

  async function handleMany(requests: readonly TaskHandle[]): Promise<readonly TaskHandled[]> {
    // Read before the append: the tail may bring the end of a task first, and then the story is forgotten.
    const stories = requests.map(({ stream }) => openTasks.find(stream)?.story)
    const sinceMs = spans ? Date.now() : 0
    const handled = await aggregates.handleMany(requests.map((request) => ({ ...request, aggregate: taskAggregate })))
    for (const [index, { recorded }] of handled.entries()) {
      if (recorded.length === 0) continue
      spans?.recorded(recorded, sinceMs)
      telling.recorded(recorded, stories[index])
      openTasks.observe(recorded)
      onWritten?.(recorded)
    }
    return handled
  }

  return {
    handleMany(requests) {
      const handling = handleMany(requests)
      inFlight.add(handling)
      const settle = () => inFlight.delete(handling)
      handling.then(settle, settle)
      return handling
    },
    load: (stream) => aggregates.load(taskAggregate, stream),
    adopt: (stream, history) => aggregates.adopt(taskAggregate, stream, history),
    async settled() {
      await Promise.allSettled(inFlight)
    },
  }
}

export interface StartTimes {
  /** How long an attempt may take from its dispatch to its start. */
  readonly startAllowanceMs: number
  readonly deadlineGraceMs: number
  /** ms since the epoch; default the clock of this process. */
  readonly now?: () => number
}

/**
 * What a decision about a dispatch needs to know, as of now. An agent to which the app of the task is on its way counts as not connected
 * to a task that may wait.
 */
export function startTerms(
  { phase, journalId }: Pick<AgentRecord, 'phase' | 'journalId'>,
  { startAllowanceMs, deadlineGraceMs, now = Date.now }: StartTimes,
  isAppComing = false,
  isFull = false,
): StartTerms {
  return { isFull, journalId: phase === 'CONNECTED' && !isAppComing ? (journalId ?? '') : null, now: now(), startAllowanceMs, deadlineGraceMs }
}
