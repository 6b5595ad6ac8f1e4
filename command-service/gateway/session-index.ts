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

  /** Replaces the agent's earlier session, and cuts its link. */
  put(agentId: string, session: Session): void {
    this.#byAgent.get(agentId)?.cut(closeCodes.replaced, 'REPLACED')
    this.#byAgent.set(agentId, session)
  }

  /** Stops instructions to the session, unless a newer session of the agent has already taken its place. */
  withdraw(session: Session): void {
    const { agentId } = session
    if (agentId !== null && this.#byAgent.get(agentId) === session) this.#byAgent.delete(agentId)
  }

  /** Resolves when no agent is joining or leaving. */
  idle(): Promise<void> {
    return this.#turns.idle()
  }

  /** Runs the joins and leaves of one agent one after the other, in the order of the calls. */
  inTurn<Result>(agentId: string, work: () => Promise<Result>): Promise<Result> {
    return this.#turns.take(agentId, work)
  }
}
