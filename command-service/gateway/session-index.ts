import { closeCodes } from '@elves/schemas/link/protocol.ts'
import { Turns } from '../instances/turns.ts'
import type { Session } from './session.ts'

/** The sessions of a gateway: all of them, and by agent those that have joined. */
export class SessionIndex {
  readonly all = new Set<Session>()
  readonly #byAgent = new Map<string, Session>()
  readonly #turns = new Turns()

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
  idle(): Promise<void> {
    return this.#turns.idle()
  }

  /** Coming and going of one agent, one after the other in order of asking. */
  inTurn<Result>(agentId: string, work: () => Promise<Result>): Promise<Result> {
    return this.#turns.take(agentId, work)
  }
}
