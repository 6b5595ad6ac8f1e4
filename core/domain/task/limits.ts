import { callLimits } from '@elves/schemas/link/protocol.ts'

/** Limits and defaults of a task; docs/reference/limits.md lists them. */
export const taskLimits = {
  ...callLimits,
  reasonLength: 1024,
  idempotencyKeyLength: 256,
  defaultTimeoutMs: 90_000,
  tasksAtOnce: 1000,
  /** Secrets that one parameter may refer to. */
  secrets: 32,
  cancelledAtOnce: 10_000,
  /** 7 days. */
  startWithinMs: 604_800_000,
  /** How long tasks of queues and schedules wait for their agent, if nothing else is asked for. */
  defaultStartWithinMs: 30_000,
  /** How long a further attempt waits for the agent at least: an agent that restarts under a run is back a little later. */
  retryStartWithinMs: 30_000,
  attempts: 100,
  /** 7 days. */
  retryDelayMs: 604_800_000,
  retryFactor: 1000,
} as const
