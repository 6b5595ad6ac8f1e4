import type { AgentHello } from '@elves/schemas/generated/types.ts'

/** A hello that waits for what becomes of a question. */
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
 * Hellos of agents whose link, as far as we know, another process holds. That one has been asked whether it is there; its
 * word would come behind this hello in the same partition, so that nothing may wait for it but the hello itself.
 */
export class WaitingHellos {
  readonly #byAgent = new Map<string, Asked>()
  readonly #answerMs: number
  readonly #onSilence: (asked: WaitingHello) => void

  /** `onSilence`: the time is over, nobody answered. */
  constructor(answerMs: number, onSilence: (asked: WaitingHello) => void) {
    this.#answerMs = answerMs
    this.#onSilence = onSilence
  }

  /** A newer hello of the agent takes the place of an earlier one. */
  wait(asked: WaitingHello, earlier: string): void {
    const { agentId } = asked.hello
    this.forget(agentId)
    const timer = setTimeout(() => {
      this.#byAgent.delete(agentId)
      this.#onSilence(asked)
    }, this.#answerMs)
    this.#byAgent.set(agentId, { ...asked, earlier, timer })
  }

  /** The session said something: the hello that waited for that, no longer waiting. */
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

  /** What waits is not answered any more; the agents dial again. */
  stop(): void {
    for (const agentId of this.#byAgent.keys()) this.forget(agentId)
  }
}
