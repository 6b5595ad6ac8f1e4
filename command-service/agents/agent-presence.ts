import { setTimeout as pause } from 'node:timers/promises'
import { agentLinkAggregate, agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { checkFence, holdLease } from '@elves/core/eventing/leases/lease.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { WallWatch } from '@elves/core/foundation/wall-watch.ts'
import type { EventContext } from '@elves/schemas/generated/types.ts'
import type pg from 'pg'
import type { AgentLiveness, SilentAgent } from './agent-liveness.ts'

export interface AgentPresenceOptions {
  readonly pool: pg.Pool
  readonly aggregates: Aggregates
  readonly liveness: AgentLiveness
  readonly lostAfterMs: number
  /** Names this instance in the lease. */
  readonly owner: string
  readonly logger: Logger
}

const leaseName = 'agent-presence'
const agentsPerTransaction = 500

/** How often a grace of this length wants a look: fine enough for short ones, never more often than needed. */
export function lookIntervalMs(lostAfterMs: number): number {
  return Math.min(5_000, Math.max(50, Math.floor(lostAfterMs / 6)))
}

/**
 * The process manager that says AgentLost. One instance at a time does it. The silence counts from when this one began to
 * look, at the earliest: after a restart of the center, a take-over or a pause of the database every agent has the whole
 * grace to be heard of again.
 */
export function agentPresence({ pool, aggregates, liveness, lostAfterMs, owner, logger }: AgentPresenceOptions): Running {
  const intervalMs = lookIntervalMs(lostAfterMs)

  async function whileHeld({ token, signal }: { token: number; signal: AbortSignal }): Promise<void> {
    let notBefore: string | null = null
    let lookedAt = performance.now()
    const watch = new WallWatch()
    while (!signal.aborted) {
      // A stalled process or machine could not hear anyone.
      const isStalled = performance.now() - lookedAt > 3 * intervalMs + 1_000
      lookedAt = performance.now()
      try {
        const { text, ms } = await liveness.now()
        const movedMs = watch.look(ms, lookedAt, performance.now())
        if (movedMs !== 0) logger.warn({ movedMs }, 'the clock of the database was set, or stood; the grace starts anew')
        if (movedMs < 0) await liveness.clockWentBack()
        if (isStalled || notBefore === null || movedMs !== 0) notBefore = text
        await look(notBefore, text, token, signal)
      } catch (error) {
        const { code } = asElvesError(error)
        if (code === 'LEASE_LOST') throw error
        logger.warn({ err: error, code }, 'looking for silent agents failed; the grace starts anew')
        notBefore = null
      }
      await pause(intervalMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  async function look(notBefore: string, until: string, token: number, signal: AbortSignal): Promise<void> {
    let count = agentsPerTransaction
    while (count === agentsPerTransaction && !signal.aborted) {
      const fence = (client: pg.ClientBase) => checkFence(client, leaseName, token)
      count = await liveness.loseSilent({ lostAfterMs, notBefore, until, limit: agentsPerTransaction, fence, lose })
    }
  }

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

  return holdLease({ pool, name: leaseName, owner, logger, whileHeld })
}

function presenceContext(correlationId: string): EventContext {
  return { actor: { kind: 'SYSTEM', id: leaseName, name: null }, correlationId, causationId: null, metadata: {} }
}
