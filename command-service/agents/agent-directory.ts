import { isIPv4 } from 'node:net'
import { agentAggregate, agentStream } from '@elves/core/domain/agent/agent.ts'
import { agentIpAggregate, agentIpStream } from '@elves/core/domain/agent-ip/agent-ip.ts'
import { type AgentLinkPhase, agentLinkAggregate, agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { isAgentId } from '@elves/core/foundation/ids.ts'

/** What a decision about a task needs to know about its agent. */
export interface AgentRecord {
  readonly agentId: string
  readonly ip: string
  readonly phase: AgentLinkPhase
  /** Journal of the last connection; null if there was none. */
  readonly journalId: string | null
}

export interface FindAgent {
  /** Reads what another instance wrote a moment ago, too. This costs a read; a refusal needs it. Default false. */
  readonly isFresh?: boolean
  /** Finds a removed agent, too. Default false. */
  readonly isRemovedToo?: boolean
}

/** Finds agents in their streams, not in a read model: it never lags behind what this instance appended. */
export interface AgentDirectory {
  /** Finds an agent by its id, or by the ip that is its alias; returns null if there is none. */
  find(idOrIp: string, options?: FindAgent): Promise<AgentRecord | null>
}

/**
 * Finds agents by their ids or ips, each name once; null where there is none. Reads an agent again that `isEnough` is not content with,
 * because another instance may have written about it a moment ago.
 */
export async function findAgents(
  directory: AgentDirectory,
  names: readonly string[],
  isEnough: (known: AgentRecord) => boolean = () => true,
): Promise<ReadonlyMap<string, AgentRecord | null>> {
  const unique = [...new Set(names)]
  const records = await Promise.all(
    unique.map(async (name) => {
      const known = await directory.find(name)
      return known && isEnough(known) ? known : directory.find(name, { isFresh: true })
    }),
  )
  return new Map(unique.map((name, index) => [name, records[index] ?? null]))
}

export function agentDirectory(aggregates: Aggregates): AgentDirectory {
  async function find(idOrIp: string, { isFresh = false, isRemovedToo = false }: FindAgent = {}): Promise<AgentRecord | null> {
    const agentId = isAgentId(idOrIp) ? idOrIp : await ownerOf(idOrIp, isFresh)
    if (agentId === null) return null
    const streams = [agentStream(agentId), agentLinkStream(agentId)] as const
    if (isFresh) await aggregates.refresh(streams)
    const [agent, link] = await Promise.all([aggregates.load(agentAggregate, streams[0]), aggregates.load(agentLinkAggregate, streams[1])])
    const { isRegistered, ip } = agent.state
    if (!isRegistered) return null
    const { phase, journalId } = link.state
    if (phase === 'REMOVED' && !isRemovedToo) return null
    return { agentId, ip, phase, journalId }
  }

  async function ownerOf(ip: string, isFresh: boolean): Promise<string | null> {
    if (!isIPv4(ip)) return null
    if (isFresh) await aggregates.refresh([agentIpStream(ip)])
    return (await aggregates.load(agentIpAggregate, agentIpStream(ip))).state.ownerId
  }

  return { find }
}
