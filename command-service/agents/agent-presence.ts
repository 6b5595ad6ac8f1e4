import { agentLinkAggregate, agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { checkFence } from '@elves/core/eventing/leases/lease.ts'
import type { ProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import type pg from 'pg'
import type { AgentLiveness, SilentAgent } from './agent-liveness.ts'

export interface AgentPresenceOptions {
  readonly aggregates: Aggregates
  readonly liveness: AgentLiveness
  readonly lostAfterMs: number
  readonly logger: Logger
}

const name = 'agent-presence'
const agentsPerTransaction = 500

/** How often to look for silent agents: often enough for a short grace, never more often than needed. */
export function lookIntervalMs(lostAfterMs: number): number {
  return Math.min(5_000, Math.max(50, Math.floor(lostAfterMs / 6)))
}

/**
 * The process manager that records AgentLost, in one instance at a time. Silence counts at the earliest from when this instance
 * began to look. So after a restart of the center, a take-over or a pause of the database, every agent has the whole grace to be
 * heard of again.
 */
export function agentPresence({ aggregates, liveness, lostAfterMs, logger }: AgentPresenceOptions): ProcessManager {
  let notBefore = ''

  async function lose(agents: readonly SilentAgent[]): Promise<void> {
    const requests = agents.map(({ agentId, sessionId, lastSeenAt }) => ({
      aggregate: agentLinkAggregate,
      stream: agentLinkStream(agentId),
      commands: [{ type: 'Lose' as const, agentId, lastSeenAt }],
      context: presenceContext(sessionId),
    }))
    const handled = await aggregates.handleMany(requests)
    for (const [index, agent] of agents.entries()) {
      if (handled[index]?.recorded.length) logger.info({ agentId: agent.agentId, lastSeenAt: agent.lastSeenAt }, 'agent lost')
    }
  }

  return {
    name,
    intervalMs: lookIntervalMs(lostAfterMs),
    async clockMoved(byMs) {
      if (byMs < 0) await liveness.clockWentBack()
    },
    async act({ clock: { text: until }, isAfterBreak }, { token }) {
      if (isAfterBreak) notBefore = until
      const fence = (client: pg.ClientBase) => checkFence(client, name, token)
      const count = await liveness.loseSilent({ lostAfterMs, notBefore, until, limit: agentsPerTransaction, fence, lose })
      return count === agentsPerTransaction
    },
  }
}

function presenceContext(correlationId: string): EventContext {
  return { actor: { kind: 'SYSTEM', id: name, name: null }, correlationId, causationId: null, metadata: {} }
}
