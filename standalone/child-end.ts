import type { ChildProcess } from 'node:child_process'
import { until } from '@elves/core/foundation/waiting.ts'

/** Returns true if the child is gone, or was never started. */
export function isChildGone({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null || pid === undefined
}

/** Sends the signals one after the other until the child is gone; waits for `waitMs` after each. */
export async function stopChild(child: ChildProcess, signals: readonly (readonly [signal: NodeJS.Signals, waitMs: number])[]): Promise<void> {
  for (const [signal, waitMs] of signals) {
    if (isChildGone(child)) return
    child.kill(signal)
    if (await until(() => isChildGone(child), waitMs)) return
  }
}
