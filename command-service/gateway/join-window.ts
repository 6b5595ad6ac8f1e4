import { decode } from '@elves/schemas/codec/codec.ts'
import type { OpenAttempt } from '@elves/schemas/generated/types.ts'
import { plainInstruction } from '../link/plain-instruction.ts'

/**
 * Remembers which instructions an agent has, or was sent, while its link was made. Such an instruction may come twice: from the log,
 * and live a little later, if it was still on its way through Kafka when the log was read. The second copy is dropped. A copy that
 * comes after the window was sent again on purpose.
 */
export class JoinWindow {
  readonly #told: Set<string>
  readonly #closesAtMs: number

  /** `openAttempts` are those of the hello: the agent has them in its journal. */
  constructor(openAttempts: readonly OpenAttempt[], closesAtMs: number) {
    this.#told = new Set(openAttempts.map(({ taskId, attempt }) => key('RunTask', taskId, attempt)))
    this.#closesAtMs = closesAtMs
  }

  isClosed(nowMs: number): boolean {
    return nowMs >= this.#closesAtMs
  }

  /** Returns true if the instruction is new, and remembers it. */
  isNew(instruction: Uint8Array): boolean {
    const message = decode(plainInstruction(instruction))
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
