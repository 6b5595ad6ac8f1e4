import type { AnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { closeCodes } from '@elves/schemas/link/protocol.ts'
import type { AgentRegistration } from '../agents/agent-registration.ts'
import type { SessionIndex } from './session-index.ts'

export interface LinkWatchOptions {
  readonly sessions: SessionIndex
  readonly registration: Pick<AgentRegistration, 'reconnect'>
  readonly gatewayId: string
  readonly agentLostAfterMs: number
  readonly logger: Logger
}

/**
 * Keeps the sockets here in line with the log. If the log calls an agent lost (the database was away, say) that talks to this
 * gateway, connects it again. If another gateway has connected an agent, closes its socket here.
 */
export function linkWatch({ sessions, registration, gatewayId, agentLostAfterMs, logger }: LinkWatchOptions): (event: AnyAgentEvent) => void {
  async function reconnect(agentId: string): Promise<void> {
    await sessions.inTurn(agentId, async () => {
      const session = sessions.find(agentId)
      if (session?.phase !== 'OPEN' || !session.link) return
      if (performance.now() - session.seenAtMs > agentLostAfterMs) return session.cut(closeCodes.silent, 'SILENT')
      const refusal = await registration.reconnect({ ...session.link, isOtherBootAlive: false })
      if (refusal) session.end(closeCodes.refused, refusal.rejected)
    })
  }

  return (event) => {
    const session = sessions.find(event.data.agentId)
    if (!session?.link) return
    switch (event.type) {
      case 'AgentLost':
      case 'AgentDisconnected':
      case 'AgentRemoved':
        reconnect(event.data.agentId).catch((error: unknown) => {
          logger.warn({ err: error, agentId: event.data.agentId }, 'an agent that is here could not be connected again; its link is closed')
          session.end(closeCodes.tryAgainLater, 'STORE_UNAVAILABLE')
        })
        return
      case 'AgentConnected':
      case 'AgentRecovered':
        if (event.data.gatewayId !== gatewayId) session.cut(closeCodes.replaced, 'REPLACED')
        return
      case 'AgentRevoked':
        // An agent that does not answer the close is cut with it: nothing more is taken from it.
        session.cut(closeCodes.refused, 'AGENT_REVOKED')
        return
      case 'AgentEnrolled':
      case 'AgentApproved':
      case 'AgentLabelsSet':
      case 'AgentKeyRefused':
      case 'AgentKeyRotated':
      case 'AgentInstructionRefused':
      case 'AgentRegistered':
      case 'AgentFactsChanged':
      case 'AgentIpClaimed':
      case 'AgentIpReleased':
      case 'AgentDuplicateRefused':
        return
    }
  }
}
