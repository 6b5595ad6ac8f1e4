/** Limits of a queue; docs/reference/limits.md lists them. */
export const queueLimits = {
  tasks: 100_000,
  tasksAtOnce: 1_000,
  /** Parents of one task. */
  parents: 1_000,
  keyLength: 256,
  nameLength: 256,
} as const
