import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'

/**
 * A child whose failure never ends this process: an error event that nobody listens to would, and it comes before who
 * waits for anything after the spawn has a listener. Without a free descriptor or process the child has no pid, and
 * none of the streams that it was to have.
 */
export function spawned(file: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(file, args, options).on('error', () => undefined)
}
