import type { Actor, AgentFacts } from '@elves/schemas/generated/types.ts'
import type { AgentCrons, DroppedRuns } from '../../domain/agent/agent.ts'
import { withInventoryLabels } from '../../domain/agent/enrolment.ts'
import type { AnyAgentEvent } from '../../domain/agent-events.ts'
import type { SelectableAgent } from '../../domain/selectors/selector.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import type { Position } from '../../eventing/position.ts'
import { labelsOf } from './agent-labels.ts'

export const agentStates = ['PENDING', 'CONNECTED', 'OFFLINE', 'LOST', 'REVOKED', 'REMOVED'] as const
export type AgentStateName = (typeof agentStates)[number]

/** The runs of its own crons that an agent dropped before it could tell the center of them, all together. */
export interface DroppedCronRuns {
  readonly count: number
  /** The earliest and the latest instant of their rules; ms since the epoch. */
  readonly firstFireAt: number
  readonly lastFireAt: number
  /** When the center heard of the last of them. */
  readonly toldAt: number
}

/** What the center knows of an agent's key, and the labels that others than itself gave it. */
export interface AgentEnrolmentView {
  /** `SHA256:…` of its key; empty: it has none, or none is known yet. */
  readonly fingerprint: string
  /** Who made the join token that let it in; null: nothing has. */
  readonly enrolledBy: Actor | null
  readonly joinTokenId: string | null
  readonly tokenLabels: Readonly<Record<string, string>>
  /** Labels that people gave it. */
  readonly givenLabels: Readonly<Record<string, string>>
  /** Labels of inventory sources, by the name of the source. */
  readonly inventoryLabels: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** An agent as people see it, as of `position`. Times are ms since the epoch on the store's clock. */
export interface AgentView {
  readonly id: string
  /** Its alias; empty after the alias moved to another agent. The ip of a removed agent is no alias: see {@link aliasOf}. */
  readonly ip: string
  readonly state: AgentStateName
  readonly facts: AgentFacts
  readonly enrolment: AgentEnrolmentView
  /** What it has in its own cron.json; null: it never told. */
  readonly crons: AgentCrons | null
  /** Null: none. */
  readonly droppedCronRuns: DroppedCronRuns | null
  /** When its present or last session began. */
  readonly connectedAt: number | null
  readonly position: Position
}

/**
 * Returns the ip by which an agent is found. A removed agent has none until it comes back, if no other agent has claimed the
 * ip meanwhile. This follows from AgentRemoved alone, so nothing can come between the removal and the end of the alias.
 */
export function aliasOf({ ip, state }: AgentView): string {
  return state === 'REMOVED' ? '' : ip
}

/** Returns an agent as a selector sees it. */
export function selectableOf(view: AgentView): SelectableAgent {
  const { name, platform, version, apps } = view.facts
  return { id: view.id, ip: aliasOf(view), name, platform, version, apps: apps.map((app) => app.name), labels: labelsOf(view) }
}

export const notEnrolled: AgentEnrolmentView = {
  fingerprint: '',
  enrolledBy: null,
  joinTokenId: null,
  tokenLabels: {},
  givenLabels: {},
  inventoryLabels: {},
}

/** Returns the agents whose view an event changes: an alias that moves changes two. */
export function agentsOf(event: AnyAgentEvent): readonly string[] {
  if (event.type === 'AgentIpClaimed' && event.data.previousAgentId !== null) return [event.data.agentId, event.data.previousAgentId]
  return [event.data.agentId]
}

/**
 * Folds the streams of an agent into what people see; this is the only such fold. Events of several streams come in order of
 * position. An event at or below the view's position changes nothing.
 */
export function evolveAgentView(view: AgentView | null, agentId: string, recorded: RecordedEvent<AnyAgentEvent>): AgentView {
  if (view && recorded.position <= view.position) return view
  const blank: AgentView = {
    id: agentId,
    ip: '',
    state: 'PENDING',
    facts: { name: '', version: '', platform: '', labels: {}, apps: [] },
    enrolment: notEnrolled,
    crons: null,
    droppedCronRuns: null,
    connectedAt: null,
    position: '',
  }
  return { ...(view ?? blank), ...changes(view, agentId, recorded), position: recorded.position }
}

function changes(view: AgentView | null, agentId: string, recorded: RecordedEvent<AnyAgentEvent>): Partial<AgentView> {
  const changed = changesBy(view, agentId, recorded)
  // What its link did meanwhile does not bring a revoked agent back.
  if (view?.state !== 'REVOKED' || changed.state === undefined || changed.state === 'REMOVED') return changed
  return { ...changed, state: 'REVOKED' }
}

function changesBy(view: AgentView | null, agentId: string, { event, recordedAt }: RecordedEvent<AnyAgentEvent>): Partial<AgentView> {
  const enrolment = view?.enrolment ?? notEnrolled
  switch (event.type) {
    case 'AgentRegistered':
    case 'AgentFactsChanged':
      return { facts: event.data.facts }
    case 'AgentCronsChanged': {
      const { agentId: _, ...crons } = event.data
      return { crons }
    }
    case 'AgentCronRunsDropped':
      return { droppedCronRuns: dropped(view?.droppedCronRuns ?? null, event.data, recordedAt) }
    case 'AgentIpClaimed':
      if (event.data.agentId === agentId) return { ip: event.data.ip }
      return view?.ip === event.data.ip ? { ip: '' } : {}
    case 'AgentIpReleased':
      return view?.ip === event.data.ip ? { ip: '' } : {}
    case 'AgentConnected':
    case 'AgentRecovered':
      return { state: 'CONNECTED', connectedAt: recordedAt }
    case 'AgentDisconnected':
      return { state: 'OFFLINE' }
    case 'AgentLost':
      return { state: 'LOST' }
    case 'AgentRemoved':
      return { state: 'REMOVED' }
    case 'AgentEnrolled': {
      const { fingerprint, enrolledBy, joinTokenId, labels: tokenLabels, isApproved } = event.data
      return { enrolment: { ...enrolment, fingerprint, enrolledBy, joinTokenId, tokenLabels }, ...(!isApproved && { state: 'PENDING' }) }
    }
    case 'AgentKeyRotated':
      return { enrolment: { ...enrolment, fingerprint: event.data.fingerprint } }
    case 'AgentApproved':
      // It comes again by itself, a moment later.
      return { state: 'OFFLINE' }
    case 'AgentRevoked':
      return { state: 'REVOKED' }
    case 'AgentLabelsSet':
      return { enrolment: { ...enrolment, givenLabels: event.data.labels } }
    case 'AgentInventoryLabelsSet':
      return { enrolment: { ...enrolment, inventoryLabels: withInventoryLabels(enrolment.inventoryLabels, event.data) } }
    case 'AgentDuplicateRefused':
    case 'AgentKeyRefused':
    case 'AgentInstructionRefused':
      return {}
  }
}

function dropped(before: DroppedCronRuns | null, more: DroppedRuns, toldAt: number): DroppedCronRuns {
  return {
    count: (before?.count ?? 0) + more.count,
    firstFireAt: Math.min(before?.firstFireAt ?? more.firstFireAt, more.firstFireAt),
    lastFireAt: Math.max(before?.lastFireAt ?? more.lastFireAt, more.lastFireAt),
    toldAt,
  }
}
