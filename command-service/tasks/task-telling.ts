import { type TaskEvent, taskEnds } from '@elves/core/domain/task/events.ts'
import { evolveTask, initialTaskState, isEnd } from '@elves/core/domain/task/state.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { durations, gauge, labelledCounter, labelledDurations } from '@elves/core/foundation/metrics.ts'
import { Counter, type Registry } from 'prom-client'
import type { OpenTasks } from './open-tasks.ts'
import { continued, instantOf, type TaskStory, taskStory } from './open-tasks.ts'
import type { TaskSpans } from './task-spans.ts'

/** Tells operators what became of tasks: counts their events, measures each stage, and writes one line of log at the end of a task. */
export interface TaskTelling {
  /** Takes events of one stream that this process wrote. `story` is the task's story before them, if it is known. */
  recorded(events: readonly RecordedEvent[], story: TaskStory | undefined): void
}

export interface TaskTellingOptions {
  readonly store: Pick<EventStore, 'readStream'>
  readonly metrics: Pick<TaskMetrics, 'recorded' | 'took'>
  readonly logger: Logger
  /** Null or absent: nobody asks for spans. */
  readonly spans?: Pick<TaskSpans, 'ended'> | null
}

export function taskTelling({ store, metrics, logger, spans }: TaskTellingOptions): TaskTelling {
  function tell(events: readonly RecordedEvent[], before: TaskStory): void {
    let story = before
    for (const recorded of events) {
      story = continued(story, recorded)
      measure(recorded, story)
      if (spans && (recorded.event.type === 'TaskAttemptEnded' || isEnd(recorded.event.type))) spans.ended(recorded, story, instantOf(recorded))
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
      metrics.recorded(events)
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

/**
 * dispatch: from the request to the dispatch. acknowledge: from there to the agent's acknowledgement. start: from there to the
 * worker's start. run: from there to the end. all: from the request to the end.
 */
const stages = ['dispatch', 'acknowledge', 'start', 'run'] as const
export type TaskStage = (typeof stages)[number] | 'all'

/** What command-service counts about tasks. */
export interface TaskMetrics {
  /** Counts events that this process wrote. */
  recorded(events: readonly RecordedEvent[]): void
  reports(count: number): void
  reportsOfUnknownTasks(count: number): void
  instructionsResent(count: number): void
  /** Measures a stage of a task, or the whole of it. The instants may come from two clocks, so the duration may be a little negative. */
  took(stage: TaskStage, durationMs: number): void
}

/** Registers the metrics of tasks; names and help are what /metrics shows. */
export function taskMetrics(registry: Registry, tasks: OpenTasks): TaskMetrics {
  const registers = [registry]
  const events = new Counter({ name: 'elves_task_events_total', help: 'Task events written by this process.', registers })
  const ends = labelledCounter(registry, {
    name: 'elves_tasks_ended_total',
    help: 'Ends of tasks written by this process.',
    labels: { end: taskEnds },
  })
  const reports = new Counter({ name: 'elves_task_reports_total', help: 'Reports of attempts that came from agents.', registers })
  const unknown = new Counter({ name: 'elves_task_reports_unknown_total', help: 'Reports dropped because no task has their id.', registers })
  const resent = new Counter({ name: 'elves_instructions_resent_total', help: 'Instructions sent again because nothing was heard.', registers })
  const seconds = labelledDurations(registry, {
    name: 'elves_task_stage_duration_seconds',
    help: 'Duration of the stages of tasks: until dispatched, acknowledged, started, ended.',
    labels: { stage: stages },
  })
  const whole = durations(registry, 'elves_task_duration_seconds', 'Duration of tasks from request to end.')
  gauge(registry, 'elves_task_waiters', 'Requests that wait for the end of a task.', () => tasks.waiterCount)
  gauge(registry, 'elves_task_waiters_bytes', 'Bytes of events that are kept for them.', () => tasks.keptBytes)
  gauge(registry, 'elves_tasks_in_flight', 'Tasks in flight that this process remembers.', () => tasks.openCount)
  return {
    recorded(recorded) {
      events.inc(recorded.length)
      for (const { event } of recorded) if (isEnd(event.type)) ends.inc({ end: event.type })
    },
    reports: (count) => reports.inc(count),
    reportsOfUnknownTasks: (count) => unknown.inc(count),
    instructionsResent: (count) => resent.inc(count),
    took(stage, durationMs) {
      const duration = Math.max(0, durationMs) / 1000
      if (stage === 'all') whole.observe(duration)
      else seconds.observe({ stage }, duration)
    },
  }
}
