import type { TaskEvent } from '@elves/core/domain/task/events.ts'
import { evolveTask, initialTaskState } from '@elves/core/domain/task/state.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { TaskMetrics, TaskStage } from './task-metrics.ts'
import { continued, instantOf, isEnd, type TaskStory, taskStory } from './task-story.ts'

/** Tells operators what became of tasks: how long each stage took, and one line in the log at the end of a task. */
export interface TaskTelling {
  /** Takes events of one stream that this process wrote. `story` is the task's story before them, if it is known. */
  recorded(events: readonly RecordedEvent[], story: TaskStory | undefined): void
}

export interface TaskTellingOptions {
  readonly store: Pick<EventStore, 'readStream'>
  readonly metrics: Pick<TaskMetrics, 'took'>
  readonly logger: Logger
}

export function taskTelling({ store, metrics, logger }: TaskTellingOptions): TaskTelling {
  function tell(events: readonly RecordedEvent[], before: TaskStory): void {
    let story = before
    for (const recorded of events) {
      story = continued(story, recorded)
      measure(recorded, story)
      if (isEnd(recorded.event.type)) tellEnd(recorded as RecordedEvent<TaskEvent>, story)
    }
  }

  function measure(recorded: RecordedEvent, { requestedAt, dispatchedAt, acknowledgedAt, startedAt }: TaskStory): void {
    const at = instantOf(recorded)
    const took = (stage: TaskStage, since: number | null) => {
      if (since !== null) metrics.took(stage, at - since)
    }
    const { type } = recorded.event
    if (recorded.event.type === 'TaskDispatched') {
      // A further attempt comes after the delay that somebody asked for.
      if (recorded.event.data.attempt === 1) took('dispatch', requestedAt)
    } else if (type === 'TaskAcknowledged') took('acknowledge', dispatchedAt)
    else if (type === 'TaskStarted') took('start', acknowledgedAt)
    else if (isEnd(type)) {
      took('run', startedAt)
      took('all', requestedAt)
    }
  }

  /** Logs no parameter and no output: they may be secret. */
  function tellEnd(recorded: RecordedEvent<TaskEvent>, { app, func, requestedAt }: TaskStory): void {
    const { stream, event, context } = recorded
    const { agentId, attempt } = event.data as { agentId: string; attempt?: number }
    const code = 'failure' in event.data ? event.data.failure.code : undefined
    const isLate = 'isLate' in event.data && event.data.isLate ? true : undefined
    logger.info(
      {
        taskId: taskAggregate.idOf(stream),
        agentId,
        app,
        func,
        state: evolveTask(initialTaskState, event).phase,
        code,
        durationMs: Math.max(0, instantOf(recorded) - requestedAt),
        attempt,
        isLate,
        correlationId: context.correlationId,
      },
      'a task has ended',
    )
  }

  return {
    recorded(events, known) {
      const story = known ?? taskStory(events)
      if (story) return tell(events, story)
      const [first] = events
      if (!first || !events.some(({ event }) => isEnd(event.type))) return
      // This process does not know the story: it called the task lost, or a report settled a task that was already lost.
      store.readStream(first.stream).then(
        (whole) => {
          const read = taskStory(whole)
          if (read) tell(events, read)
        },
        (error: unknown) => logger.warn({ err: error, stream: first.stream }, 'a task ended, but could not be read to tell more'),
      )
    },
  }
}
