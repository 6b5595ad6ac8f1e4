import { within } from '@elves/core/foundation/waiting.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import { attemptKey } from '../journal/journal-state.ts'
import type { LiveAttempt } from './live-attempt.ts'

type Names = Pick<RunTask, 'taskId' | 'attempt'>

/** The attempts that this process is handling. */
export class LiveAttempts {
  readonly #byKey = new Map<string, LiveAttempt>()
  #onIdle: (() => void) | null = null

  get size(): number {
    return this.#byKey.size
  }

  get all(): LiveAttempt[] {
    return [...this.#byKey.values()]
  }

  find({ taskId, attempt }: Names): LiveAttempt | undefined {
    return this.#byKey.get(attemptKey(taskId, attempt))
  }

  add(attempt: LiveAttempt): void {
    this.#byKey.set(attemptKey(attempt.task.taskId, attempt.task.attempt), attempt)
  }

  remove({ task }: LiveAttempt): void {
    this.#byKey.delete(attemptKey(task.taskId, task.attempt))
    if (this.#byKey.size === 0) this.#onIdle?.()
  }

  /** Resolves with true when no attempt is left, or with false when the time is over. */
  idle(timeoutMs: number): Promise<boolean> {
    if (this.#byKey.size === 0) return Promise.resolve(true)
    const { promise, resolve } = Promise.withResolvers<true>()
    this.#onIdle = () => resolve(true)
    return within(timeoutMs, promise, false)
  }
}
