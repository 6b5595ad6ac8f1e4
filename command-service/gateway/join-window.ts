import { decode } from '@elves/schemas/codec/codec.ts'
import type { OpenAttempt } from '@elves/schemas/generated/types.ts'

/**
 * What an agent has or was told while its link was made. An instruction of that moment may come twice: from the log, and live,
 * a little late, because it was still on its way through Kafka when the log was read. The second copy is dropped; beyond the
 * window a copy is one that was sent again on purpose.
 */
export class JoinWindow {
  readonly #told: Set<string>
  readonly #closesAtMs: number

  /** `openAttempts`: as the hello names them; the agent has journaled them. */
  constructor(openAttempts: readonly OpenAttempt[], closesAtMs: number) {
    this.#told = new Set(openAttempts.map(({ taskId, attempt }) => key('RunTask', taskId, attempt)))
    this.#closesAtMs = closesAtMs
  }

  isClosed(nowMs: number): boolean {
    return nowMs >= this.#closesAtMs
  }

  /** True the first time; what it answers for an instruction it remembers. */
  isNew(instruction: Uint8Array): boolean {
    const message = decode(instruction)
    if (message.name !== 'RunTask' && message.name !== 'CancelTask') return true
    const { taskId, attempt } = message.value
    const told = key(message.name, taskId, attempt)
    if (this.#told.has(told)) return false
    this.#told.add(told)
    return true
  }
}

function key(name: string, taskId: string, attempt: number): string {
  return `${name} ${taskId} ${attempt}`
}
