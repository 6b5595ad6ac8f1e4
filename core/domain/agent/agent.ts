import { isIPv4 } from 'node:net'
import type { AgentCronRunsDropped, AgentCronsChanged, AgentFacts } from '@elves/schemas/generated/types.ts'
import { isAgentId } from '../../foundation/ids.ts'
import { aggregate, type EventOf } from '../aggregate.ts'
import { type Decider, type Decision, rejection } from '../decision.ts'
import { decideEnrolment, type Enrolment, type EnrolmentCommand, evolveEnrolment, noEnrolment } from './enrolment.ts'
import { checkCrons } from './told-crons.ts'

/** Events of stream `agent-<id>`. */
export type AgentEvent = EventOf<'agent'>

export interface AgentState {
  readonly isRegistered: boolean
  readonly ip: string
  readonly facts: AgentFacts | null
  /** What it has in its own cron.json; null: it never told. */
  readonly crons: AgentCrons | null
  /** The last batch of dropped cron runs that it told; null: none. */
  readonly drops: Pick<DroppedRuns, 'journalId' | 'batch'> | null
  readonly enrolment: Enrolment
}

/** What an agent has in its own cron.json. */
export type AgentCrons = Omit<AgentCronsChanged, 'agentId'>
/** Runs of its own crons that an agent dropped before it could tell the center of them. */
export type DroppedRuns = Omit<AgentCronRunsDropped, 'agentId'>

/** Facts that an agent reports about itself, in its hello or later. */
export interface TellFacts {
  readonly type: 'TellFacts'
  readonly agentId: string
  readonly ip: string
  readonly facts: AgentFacts
}

export interface TellCrons {
  readonly type: 'TellCrons'
  readonly agentId: string
  readonly crons: AgentCrons
}

export interface TellDroppedRuns {
  readonly type: 'TellDroppedRuns'
  readonly agentId: string
  readonly dropped: DroppedRuns
}

export type AgentCommand = TellFacts | TellCrons | TellDroppedRuns | EnrolmentCommand

export const initialAgentState: AgentState = { isRegistered: false, ip: '', facts: null, crons: null, drops: null, enrolment: noEnrolment }

export const agentDecider: Decider<AgentState, AgentCommand, AgentEvent> = {
  initialState: initialAgentState,
  decide: decideAgent,
  evolve: evolveAgent,
}

/** Records the facts that an agent reports about itself. */
export const agentAggregate = aggregate({ name: 'agent', prefix: 'agent-', decider: agentDecider, stateBytes })
export const agentStream = agentAggregate.streamOf

export function decideAgent(command: AgentCommand, state: AgentState): Decision<AgentEvent> {
  switch (command.type) {
    case 'TellFacts':
      return tellFacts(command, state)
    case 'TellCrons':
      return tellCrons(command, state)
    case 'TellDroppedRuns':
      return tellDroppedRuns(command, state)
    case 'Enrol':
    case 'TellRefusedInstruction':
    case 'RotateKey':
    case 'RefuseKey':
    case 'ApproveAgent':
    case 'RevokeAgent':
    case 'SetLabels':
    case 'SetInventoryLabels':
      return decideEnrolment(command, state.isRegistered, state.enrolment)
  }
}

function tellFacts(command: TellFacts, state: AgentState): Decision<AgentEvent> {
  const { agentId, ip, facts } = command
  if (!isAgentId(agentId)) return rejection('AGENT_ID_INVALID', 'an agent id has 32 lower-case hex digits')
  if (!isIPv4(ip)) return rejection('AGENT_IP_INVALID', `${ip} is not an IPv4 address`)
  if (!state.isRegistered) return [{ type: 'AgentRegistered', data: { agentId, ip, facts } }]
  if (state.ip === ip && state.facts && isSame(state.facts, facts)) return []
  return [{ type: 'AgentFactsChanged', data: { agentId, ip, facts } }]
}

function tellCrons({ agentId, crons }: TellCrons, state: AgentState): Decision<AgentEvent> {
  if (!state.isRegistered) return rejection('AGENT_UNKNOWN', 'no agent has this id')
  // An agent that never had a cron has nothing to tell.
  const known = state.crons ?? { ...crons, crons: [], fileError: null }
  if (JSON.stringify([known.crons, known.fileError]) === JSON.stringify([crons.crons, crons.fileError]) && known.timeZone === crons.timeZone)
    return []
  return checkCrons(crons) ?? [{ type: 'AgentCronsChanged', data: { agentId, ...crons } }]
}

/** Batches of a journal come in their order, each perhaps more than once. */
function tellDroppedRuns({ agentId, dropped }: TellDroppedRuns, { isRegistered, drops }: AgentState): Decision<AgentEvent> {
  if (!isRegistered) return rejection('AGENT_UNKNOWN', 'no agent has this id')
  if (drops?.journalId === dropped.journalId && drops.batch >= dropped.batch) return []
  return [{ type: 'AgentCronRunsDropped', data: { agentId, ...dropped } }]
}

export function evolveAgent(state: AgentState, event: AgentEvent): AgentState {
  switch (event.type) {
    case 'AgentRegistered':
    case 'AgentFactsChanged':
      return { ...state, isRegistered: true, ip: event.data.ip, facts: event.data.facts }
    case 'AgentCronsChanged': {
      const { agentId: _, ...crons } = event.data
      return { ...state, crons }
    }
    case 'AgentCronRunsDropped': {
      const { journalId, batch } = event.data
      return { ...state, drops: { journalId, batch } }
    }
    case 'AgentInstructionRefused':
    case 'AgentEnrolled':
    case 'AgentApproved':
    case 'AgentRevoked':
    case 'AgentLabelsSet':
    case 'AgentInventoryLabelsSet':
    case 'AgentKeyRefused':
    case 'AgentKeyRotated':
      return { ...state, enrolment: evolveEnrolment(state.enrolment, event) }
  }
}

/** Size of the facts and crons: an agent may report many apps, labels and crons. */
function stateBytes({ facts, crons }: AgentState): number {
  const ofCrons = crons === null ? 0 : JSON.stringify(crons).length
  if (facts === null) return ofCrons
  const texts = [facts.name, facts.version, facts.platform, ...Object.entries(facts.labels).flat()]
  const apps = facts.apps.flatMap(({ name, version }) => [name, version])
  return [...texts, ...apps].reduce((sum, text) => sum + 32 + text.length, ofCrons)
}

/** Returns true if the facts are equal, in whatever order labels and apps come: an agent lists a folder, whose order is not fixed. */
function isSame(one: AgentFacts, other: AgentFacts): boolean {
  return canonical(one) === canonical(other)
}

function canonical(facts: AgentFacts): string {
  const labels = Object.entries(facts.labels).sort(byText)
  const apps = facts.apps.map(({ name, version, isLocal }) => [name, version, isLocal]).sort(byText)
  return JSON.stringify([facts.name, facts.version, facts.platform, labels, apps])
}

function byText(one: readonly unknown[], other: readonly unknown[]): number {
  return String(one) < String(other) ? -1 : 1
}
