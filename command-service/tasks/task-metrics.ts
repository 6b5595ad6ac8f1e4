import { taskEnds } from '@elves/core/domain/task/events.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { durations, gauge, labelledCounter, labelledDurations } from '@elves/core/foundation/metrics.ts'
import { Counter, type Registry } from 'prom-client'
import type { OpenTasks } from './open-tasks.ts'
import { isEnd } from './task-story.ts'

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
