import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'

/**
 * Spawns a child whose failure never ends this process. An error event without a listener would end it, and the event can come
 * before the caller, which awaits something after the spawn, has added one. If there is no free descriptor or process, the child
 * has no pid and none of its streams.
 */
export function spawned(file: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(file, args, options).on('error', () => undefined)
}
