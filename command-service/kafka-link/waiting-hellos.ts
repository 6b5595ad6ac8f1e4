import type { AgentHello } from '@elves/schemas/generated/types.ts'

/** A hello and its session. It may have to wait for the answer of an earlier session. */
export interface WaitingHello {
  readonly hello: AgentHello
  readonly session: string
}

interface Asked extends WaitingHello {
  /** The session that was asked. */
  readonly earlier: string
  readonly timer: NodeJS.Timeout
}

/**
 * Hellos of agents whose link another process still holds, as far as the center knows. The center has asked that process whether it
 * is there. Its answer would come after this hello in the same partition, so only the hello waits for it.
 */
export class WaitingHellos {
  readonly #byAgent = new Map<string, Asked>()
  readonly #answerMs: number
  readonly #onSilence: (asked: WaitingHello) => void

  /** `onSilence` is called if the earlier session has not answered within the time. */
  constructor(answerMs: number, onSilence: (asked: WaitingHello) => void) {
    this.#answerMs = answerMs
    this.#onSilence = onSilence
  }

  /** Lets a hello wait. It replaces an earlier hello of the agent that waits. */
  wait(asked: WaitingHello, earlier: string): void {
    const { agentId } = asked.hello
    this.forget(agentId)
    const timer = setTimeout(() => {
      this.#byAgent.delete(agentId)
      this.#onSilence(asked)
    }, this.#answerMs)
    this.#byAgent.set(agentId, { ...asked, earlier, timer })
  }

  /** Called when the session has sent something. Returns the hello that waited for that, and no longer waits, or null. */
  answered(agentId: string, session: string): WaitingHello | null {
    const asked = this.#byAgent.get(agentId)
    if (asked?.earlier !== session) return null
    this.forget(agentId)
    return asked
  }

  forget(agentId: string): void {
    clearTimeout(this.#byAgent.get(agentId)?.timer)
    this.#byAgent.delete(agentId)
  }

  /** Drops the waiting hellos without an answer; their agents dial again. */
  stop(): void {
    for (const agentId of this.#byAgent.keys()) this.forget(agentId)
  }
}
