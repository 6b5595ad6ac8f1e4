import { closeCodes } from './gateway-limits.ts'
import type { Session } from './session.ts'

/** The sessions of a gateway: all of them, and by agent those that have joined. */
export class SessionIndex {
  readonly all = new Set<Session>()
  readonly #byAgent = new Map<string, Session>()
  readonly #turns = new Map<string, Promise<unknown>>()

  get joinedCount(): number {
    return this.#byAgent.size
  }

  find(agentId: string): Session | undefined {
    return this.#byAgent.get(agentId)
  }

  /** The newest wins. */
  put(agentId: string, session: Session): void {
    this.#byAgent.get(agentId)?.cut(closeCodes.replaced, 'REPLACED')
    this.#byAgent.set(agentId, session)
  }

  /** Takes no more instructions for it, unless a newer session has taken its place already. */
  withdraw(session: Session): void {
    const { agentId } = session
    if (agentId !== null && this.#byAgent.get(agentId) === session) this.#byAgent.delete(agentId)
  }

  /** Resolves when nobody is coming or going. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#turns.values())
  }

  /** Coming and going of one agent, one after the other in order of asking. */
  async inTurn<Result>(agentId: string, work: () => Promise<Result>): Promise<Result> {
    const turn = (this.#turns.get(agentId) ?? Promise.resolve()).then(work, work)
    this.#turns.set(agentId, turn)
    try {
      return await turn
    } finally {
      if (this.#turns.get(agentId) === turn) this.#turns.delete(agentId)
    }
  }
}
