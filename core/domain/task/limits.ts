/** Limits and defaults of a task; docs/reference/limits.md lists them. */
export const taskLimits = {
  paramBytes: 64 * 1024,
  appLength: 128,
  funcLength: 128,
  proxyLength: 512,
  reasonLength: 1024,
  idempotencyKeyLength: 256,
  timeoutMs: 2_147_483_000,
  defaultTimeoutMs: 90_000,
  tasksAtOnce: 1000,
} as const
