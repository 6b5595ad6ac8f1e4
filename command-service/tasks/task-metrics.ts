import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { OpenTasks } from './open-tasks.ts'
import { isEnd } from './task-history.ts'

/** What command-service counts about tasks. */
export interface TaskMetrics {
  /** Events that this process wrote. */
  recorded(events: readonly RecordedEvent[]): void
  reports(count: number): void
  reportsOfUnknownTasks(count: number): void
  instructionsResent(count: number): void
}

/** Registers the metrics of tasks; names and help are what /metrics shows. */
export function taskMetrics(registry: Registry, tasks: OpenTasks): TaskMetrics {
  const registers = [registry]
  const events = new Counter({ name: 'elves_task_events_total', help: 'Task events written by this process.', registers })
  const ends = new Counter({ name: 'elves_tasks_ended_total', help: 'Ends of tasks written by this process.', labelNames: ['end'], registers })
  const reports = new Counter({ name: 'elves_task_reports_total', help: 'Reports of attempts that came from agents.', registers })
  const unknown = new Counter({ name: 'elves_task_reports_unknown_total', help: 'Reports dropped because no task has their id.', registers })
  const resent = new Counter({ name: 'elves_instructions_resent_total', help: 'Instructions sent again because nothing was heard.', registers })
  gauge(registers, 'elves_task_waiters', 'Requests that wait for the end of a task.', () => tasks.waiterCount)
  gauge(registers, 'elves_tasks_in_flight', 'Tasks in flight that this process remembers.', () => tasks.openCount)
  return {
    recorded(recorded) {
      events.inc(recorded.length)
      for (const { event } of recorded) if (isEnd(event.type)) ends.inc({ end: event.type })
    },
    reports: (count) => reports.inc(count),
    reportsOfUnknownTasks: (count) => unknown.inc(count),
    instructionsResent: (count) => resent.inc(count),
  }
}

function gauge(registers: Registry[], name: string, help: string, read: () => number): Gauge {
  return new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read())
    },
  })
}
