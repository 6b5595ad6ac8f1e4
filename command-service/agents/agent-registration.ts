import { type AgentCommand, type AgentCrons, agentAggregate, agentStream, type DroppedRuns } from '@elves/core/domain/agent/agent.ts'
import type { RefusedInstructionFact } from '@elves/core/domain/agent/enrolment.ts'
import { agentAppsAggregate, agentAppsStream, type TellApp } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { agentIpAggregate, agentIpStream } from '@elves/core/domain/agent-ip/agent-ip.ts'
import { agentDuplicate, agentLinkAggregate, agentLinkStream, type Connect } from '@elves/core/domain/agent-link/agent-link.ts'
import type { Rejection } from '@elves/core/domain/decision.ts'
import type { Aggregates, Handle } from '@elves/core/eventing/aggregates/aggregates.ts'
import { batched } from '@elves/core/foundation/batched.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type { AgentFacts, DisconnectReason, EventContext } from '@elves/schemas/generated/types.ts'
import type { AgentLiveness, AgentSession } from './agent-liveness.ts'

type AgentHandle = Handle<typeof agentAggregate> | Handle<typeof agentIpAggregate> | Handle<typeof agentLinkAggregate>

/** A hello that passed the gateway's own checks. */
export interface Joining extends Omit<Connect, 'type'> {
  readonly ip: string
  readonly facts: AgentFacts
}

/** What an agent tells of one of its apps. */
export type AppTold = Omit<TellApp, 'type' | 'agentId'>

interface Leaving extends AgentSession {
  readonly reason: DisconnectReason
}

/** Makes durable what an agent says of itself. Rejects with STORE_UNAVAILABLE (canRetry) if that fails. */
export interface AgentRegistration {
  /** Returns null when the agent is registered, its ip claimed and its link connected, all of it durably; otherwise why not. */
  join(joining: Joining): Promise<Rejection | null>
  /** Connects a link that has joined already, if the log says that it is not connected. */
  reconnect(link: Omit<Connect, 'type'>): Promise<Rejection | null>
  /** Returns the boot id of the agent's connected process, at any gateway, or null if none is connected. */
  connectedBoot(agentId: string): Promise<string | null>
  tellFacts(agentId: string, facts: AgentFacts): Promise<void>
  tellCrons(agentId: string, crons: AgentCrons): Promise<void>
  tellDroppedRuns(agentId: string, dropped: DroppedRuns): Promise<void>
  tellRefusedInstruction(agentId: string, refused: RefusedInstructionFact): Promise<void>
  /** Records what came of one of its apps. */
  tellApp(agentId: string, told: AppTold): Promise<void>
  leave(session: AgentSession, reason: DisconnectReason): Promise<void>
}

export interface AgentRegistrationOptions {
  readonly aggregates: Aggregates
  readonly liveness: Pick<AgentLiveness, 'connecting' | 'disconnected'>
  /** Most hellos in one append; each makes up to four events. */
  readonly maxBatch?: number
  readonly logger: Logger
}

export function agentRegistration({ aggregates, liveness, logger, maxBatch = 500 }: AgentRegistrationOptions): AgentRegistration {
  const join = batched<Joining, Rejection | null>({ maxBatch, keysOf: ({ agentId, ip }) => [agentId, ip], run: joinAll })
  const connectedBoot = batched<string, string | null>({ maxBatch, keysOf: () => [], run: connectedBoots })
  const leave = batched<Leaving, undefined>({ maxBatch, keysOf: ({ agentId }) => [agentId], run: leaveAll })

  /**
   * Duplicates first, then ips, because either may be refused. The rest connects in one append, which also releases the agents'
   * earlier ips. A crash in between may leave an agent with too little recorded, never with a connection that it does not have.
   */
  async function joinAll(joinings: readonly Joining[]): Promise<(Rejection | null)[]> {
    const refusals = new Map<Joining, Rejection>()
    // The last link may have been at another gateway, whose events may not have arrived here yet.
    await aggregates.refresh(joinings.flatMap(({ agentId, ip }) => [agentStream(agentId), agentIpStream(ip), agentLinkStream(agentId)]))
    await refuseDuplicates(joinings, refusals)
    await claimIps(rest(joinings, refusals), refusals)
    await connect(rest(joinings, refusals), refusals)
    return joinings.map((joining) => refusals.get(joining) ?? null)
  }

  async function refuseDuplicates(joinings: readonly Joining[], refusals: Map<Joining, Rejection>): Promise<void> {
    const suspects = joinings.filter(({ isOtherBootAlive }) => isOtherBootAlive)
    if (suspects.length === 0) return
    const handled = await aggregates.handleMany(suspects.map((joining) => connecting(joining)))
    for (const [index, joining] of suspects.entries()) {
      const outcome = handled[index]
      if (outcome?.rejection) refusals.set(joining, outcome.rejection)
      else if (outcome?.recorded.some(({ event }) => event.type === 'AgentDuplicateRefused')) refusals.set(joining, agentDuplicate(joining.agentId))
    }
  }

  async function claimIps(joinings: readonly Joining[], refusals: Map<Joining, Rejection>): Promise<void> {
    const absentOwners = await absentOwnersOf(joinings)
    const handled = await aggregates.handleMany(joinings.map((joining) => claiming(joining, absentOwners.get(joining.ip) ?? null)))
    for (const [index, joining] of joinings.entries()) {
      const rejected = handled[index]?.rejection
      if (rejected) refusals.set(joining, rejected)
    }
  }

  /** Returns, by ip, the owner if it is another agent that is not connected. */
  async function absentOwnersOf(joinings: readonly Joining[]): Promise<Map<string, string>> {
    const ips = await aggregates.loadMany(
      agentIpAggregate,
      joinings.map(({ ip }) => agentIpStream(ip)),
    )
    const owned = joinings.flatMap(({ agentId, ip }, index) => {
      const ownerId = ips[index]?.state.ownerId ?? agentId
      return ownerId === agentId ? [] : [{ ip, ownerId }]
    })
    const links = owned.map(({ ownerId }) => agentLinkStream(ownerId))
    await aggregates.refresh(links)
    const owners = await aggregates.loadMany(agentLinkAggregate, links)
    return new Map(owned.filter((_, index) => owners[index]?.state.phase !== 'CONNECTED').map(({ ip, ownerId }) => [ip, ownerId]))
  }

  async function connect(joinings: readonly Joining[], refusals: Map<Joining, Rejection>): Promise<void> {
    if (joinings.length === 0) return
    await liveness.connecting(joinings)
    const known = await aggregates.loadMany(
      agentAggregate,
      joinings.map(({ agentId }) => agentStream(agentId)),
    )
    const requests = joinings.flatMap((joining, index) => requestsOf(joining, known[index]?.state.ip ?? ''))
    const handled = await aggregates.handleMany(requests.map(({ request }) => request))
    for (const [index, { joining }] of requests.entries()) {
      const rejected = handled[index]?.rejection
      if (rejected) refusals.set(joining, rejected)
    }
  }

  async function reconnect(link: Omit<Connect, 'type'>): Promise<Rejection | null> {
    await liveness.connecting([link])
    return (await aggregates.handle(connecting(link))).rejection
  }

  async function connectedBoots(agentIds: readonly string[]): Promise<(string | null)[]> {
    const streams = agentIds.map(agentLinkStream)
    await aggregates.refresh(streams)
    const links = await aggregates.loadMany(agentLinkAggregate, streams)
    return links.map(({ state }) => (state.phase === 'CONNECTED' ? state.bootId : null))
  }

  async function leaveAll(leavings: readonly Leaving[]): Promise<undefined[]> {
    const requests = leavings.map(({ agentId, sessionId, reason }) => ({
      aggregate: agentLinkAggregate,
      stream: agentLinkStream(agentId),
      commands: [{ type: 'Disconnect' as const, agentId, reason }],
      context: agentContext(agentId, sessionId),
    }))
    await aggregates.handleMany(requests)
    await liveness.disconnected(leavings)
    return leavings.map(() => undefined)
  }

  async function tellFacts(agentId: string, facts: AgentFacts): Promise<void> {
    const stream = agentStream(agentId)
    const { ip } = (await aggregates.load(agentAggregate, stream)).state
    await tell({ type: 'TellFacts', agentId, ip, facts })
  }

  async function tell(command: AgentCommand): Promise<void> {
    const { agentId } = command
    const stream = agentStream(agentId)
    const handle = { aggregate: agentAggregate, stream, commands: [command], context: agentContext(agentId, stream) }
    const { rejection } = await aggregates.handle(handle)
    if (rejection) logger.error({ agentId, code: rejection.rejected, reason: rejection.message }, 'dropped what an agent told of itself')
  }

  return {
    join,
    reconnect,
    connectedBoot,
    tellFacts,
    tellCrons: (agentId, crons) => tell({ type: 'TellCrons', agentId, crons }),
    tellDroppedRuns: (agentId, dropped) => tell({ type: 'TellDroppedRuns', agentId, dropped }),
    tellRefusedInstruction: (agentId, refused) => tell({ type: 'TellRefusedInstruction', agentId, refused }),
    tellApp: async (agentId, told) => {
      const stream = agentAppsStream(agentId)
      const commands = [{ type: 'TellApp' as const, agentId, ...told }]
      await aggregates.handle({ aggregate: agentAppsAggregate, stream, commands, context: agentContext(agentId, stream) })
    },
    leave: (session, reason) => leave({ ...session, reason }),
  }
}

function rest(joinings: readonly Joining[], refusals: ReadonlyMap<Joining, Rejection>): Joining[] {
  return joinings.filter((joining) => !refusals.has(joining))
}

function claiming(joining: Joining, absentOwnerId: string | null): Handle<typeof agentIpAggregate> {
  const { agentId, ip } = joining
  const commands = [{ type: 'ClaimIp', ip, agentId, absentOwnerId }] as const
  return { aggregate: agentIpAggregate, stream: agentIpStream(ip), commands, context: contextOf(joining) }
}

function requestsOf(joining: Joining, earlierIp: string): { joining: Joining; request: AgentHandle }[] {
  const { agentId, ip, facts } = joining
  const context = contextOf(joining)
  const requests: AgentHandle[] = [
    { aggregate: agentAggregate, stream: agentStream(agentId), commands: [{ type: 'TellFacts', agentId, ip, facts }], context },
    connecting(joining),
  ]
  if (earlierIp !== '' && earlierIp !== ip) {
    requests.push({
      aggregate: agentIpAggregate,
      stream: agentIpStream(earlierIp),
      commands: [{ type: 'ReleaseIp', ip: earlierIp, agentId }],
      context,
    })
  }
  return requests.map((request) => ({ joining, request }))
}

function connecting(given: Omit<Connect, 'type'>): Handle<typeof agentLinkAggregate> {
  const { agentId, sessionId, bootId, journalId, gatewayId, remoteAddress, clockOffsetMs, isOtherBootAlive } = given
  const link = { agentId, sessionId, bootId, journalId, gatewayId, remoteAddress, clockOffsetMs, isOtherBootAlive }
  return { aggregate: agentLinkAggregate, stream: agentLinkStream(agentId), commands: [{ type: 'Connect', ...link }], context: contextOf(given) }
}

function contextOf({ agentId, sessionId }: AgentSession): EventContext {
  return agentContext(agentId, sessionId)
}

function agentContext(agentId: string, correlationId: string): EventContext {
  return { actor: { kind: 'AGENT', id: agentId, name: null }, correlationId, causationId: null, metadata: {} }
}
