/** Limits of a task, documented in docs/reference/limits.md. */
export const taskLimits = {
  paramBytes: 64 * 1024,
  resultBytes: 256 * 1024,
  appLength: 128,
  funcLength: 128,
  proxyLength: 512,
  reasonLength: 1024,
  idempotencyKeyLength: 256,
  timeoutMs: 2_147_483_000,
  tasksAtOnce: 1000,
} as const
