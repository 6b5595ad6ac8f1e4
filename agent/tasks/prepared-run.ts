import type { RunTask } from '@elves/schemas/generated/types.ts'
import { rejected, secretRefused } from '../runner/run-end.ts'
import type { ReadyRun, RunEnd, WorkerRunner } from '../runner/worker-call.ts'
import type { SealedForAgent } from '../secrets/sealed-for-agent.ts'
import { workerCall } from './live-attempts.ts'

const unreadable = secretRefused('SECRET_UNREADABLE', 'the secrets of the task do not open with the key of this agent')

/**
 * Finds out what to spawn for a task, as `WorkerRunner.prepare` does. Secrets are opened here, just before the start: the journal, and what
 * waits in memory, have them sealed.
 */
export function preparedRun(
  task: RunTask,
  { runner, secrets }: { readonly runner: Pick<WorkerRunner, 'prepare'>; readonly secrets: SealedForAgent },
): ReadyRun | RunEnd {
  const opened = secrets.open(task)
  return opened === null ? rejected(unreadable) : runner.prepare(workerCall(task, opened))
}
