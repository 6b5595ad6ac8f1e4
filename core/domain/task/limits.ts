/** Limits and defaults of a task; docs/reference/limits.md lists them. */
export const taskLimits = {
  paramBytes: 64 * 1024,
  /**
   * How deep arrays and objects may nest: the smallest default limit of the JSON parsers of worker languages
   * (System.Text.Json 64, Ruby 100, serde_json 128, PHP 512, Python about 1 000).
   */
  paramDepth: 64,
  appLength: 128,
  funcLength: 128,
  proxyLength: 512,
  reasonLength: 1024,
  idempotencyKeyLength: 256,
  timeoutMs: 2_147_483_000,
  defaultTimeoutMs: 90_000,
  tasksAtOnce: 1000,
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
