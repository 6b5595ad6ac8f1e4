import type { Actor, AgentInstructionRefused, AgentInventoryLabelsSet } from '@elves/schemas/generated/types.ts'
import type { EventOf } from '../aggregate.ts'
import { type Decision, type Rejection, rejection } from '../decision.ts'
import { checkLabels, type Labels } from '../labels.ts'
import { checkIdempotencyKey, checkReason, checkText } from '../task/request.ts'

/**
 * What the center knows of an agent's key. NONE: no key, because the agent is of a release without keys. WAITING: enrolled, and
 * somebody has to approve it. REVOKED: refused for good.
 */
export interface Enrolment {
  readonly phase: 'NONE' | 'WAITING' | 'APPROVED' | 'REVOKED'
  /** Ed25519, base64url; null: none. */
  readonly publicKey: string | null
  /** Labels that people gave it. */
  readonly labels: Labels
  /** Labels that inventory sources gave it, by the name of the source. */
  readonly inventoryLabels: Readonly<Record<string, Labels>>
  /** The last processes that were refused with an event, and the number of all. */
  readonly refusedBootIds: readonly string[]
  readonly refusals: number
  /** The same of instructions that it refused. */
  readonly refusedInstructions: readonly string[]
  readonly instructionRefusals: number
}

/** Something that came as an instruction, and that the agent refused. */
export type RefusedInstructionFact = Omit<AgentInstructionRefused, 'agentId'>

export const noEnrolment: Enrolment = {
  phase: 'NONE',
  publicKey: null,
  labels: {},
  inventoryLabels: {},
  refusedBootIds: [],
  refusals: 0,
  refusedInstructions: [],
  instructionRefusals: 0,
}

type EnrolmentEvent = Extract<
  EventOf<'agent'>,
  {
    type:
      | 'AgentEnrolled'
      | 'AgentApproved'
      | 'AgentRevoked'
      | 'AgentLabelsSet'
      | 'AgentInventoryLabelsSet'
      | 'AgentKeyRefused'
      | 'AgentKeyRotated'
      | 'AgentInstructionRefused'
  }
>

/** Pins the key of an agent that has proven it and has a good join token. */
export interface Enrol {
  readonly type: 'Enrol'
  readonly agentId: string
  readonly publicKey: string
  readonly fingerprint: string
  readonly joinTokenId: string
  readonly enrolledBy: Actor
  readonly labels: Labels
  readonly isApproved: boolean
  readonly remoteAddress: string
}

/** Pins another key: the agent has proven both. */
export interface RotateKey {
  readonly type: 'RotateKey'
  readonly agentId: string
  readonly earlierKey: string
  readonly publicKey: string
  readonly fingerprint: string
  readonly earlierFingerprint: string
  readonly remoteAddress: string
}

/** Records that a process was refused; one event for each process. */
export interface RefuseKey {
  readonly type: 'RefuseKey'
  readonly agentId: string
  readonly bootId: string
  readonly fingerprint: string | null
  readonly remoteAddress: string
  readonly code: string
}

export interface ApproveAgent {
  readonly type: 'ApproveAgent'
  readonly agentId: string
}

export interface RevokeAgent {
  readonly type: 'RevokeAgent'
  readonly agentId: string
  readonly reason: string | null
  readonly idempotencyKey: string | null
}

export interface SetLabels {
  readonly type: 'SetLabels'
  readonly agentId: string
  readonly labels: Labels
}

/** Sent by the inventory with the name of the source. */
export interface SetInventoryLabels {
  readonly type: 'SetInventoryLabels'
  readonly agentId: string
  readonly source: string
  readonly labels: Labels
}

/** Told by the agent itself. */
export interface TellRefusedInstruction {
  readonly type: 'TellRefusedInstruction'
  readonly agentId: string
  readonly refused: RefusedInstructionFact
}

export type EnrolmentCommand = TellRefusedInstruction | Enrol | RotateKey | RefuseKey | ApproveAgent | RevokeAgent | SetLabels | SetInventoryLabels

/** Refused processes of one agent that are recorded; more are refused without an event, because anybody can make up processes. */
const mostRefusals = 1_000
const bootsKept = 100

export function decideEnrolment(command: EnrolmentCommand, isKnown: boolean, state: Enrolment): Decision<EnrolmentEvent> {
  const { agentId } = command
  switch (command.type) {
    case 'Enrol': {
      const { type: _, ...data } = command
      if (state.phase === 'REVOKED') return agentRevoked(agentId)
      if (state.publicKey !== null) return state.publicKey === command.publicKey ? [] : otherKey(agentId)
      return [{ type: 'AgentEnrolled', data }]
    }
    case 'RotateKey': {
      const { type: _, earlierKey, ...data } = command
      if (state.phase === 'REVOKED') return agentRevoked(agentId)
      if (state.publicKey === command.publicKey) return []
      return state.publicKey === earlierKey ? [{ type: 'AgentKeyRotated', data }] : otherKey(agentId)
    }
    case 'RefuseKey': {
      const { type: _, ...data } = command
      if (state.refusals >= mostRefusals || state.refusedBootIds.includes(command.bootId)) return []
      return [{ type: 'AgentKeyRefused', data }]
    }
    case 'TellRefusedInstruction': {
      const refused = bounded(command.refused)
      const isTold = state.refusedInstructions.includes(nameOf(refused)) || state.instructionRefusals >= mostRefusals
      return isTold ? [] : [{ type: 'AgentInstructionRefused', data: { agentId, ...refused } }]
    }
    case 'ApproveAgent':
      if (state.phase === 'REVOKED') return agentRevoked(agentId)
      // An agent without a key came in by a setting; there is nothing to approve.
      return state.phase === 'WAITING' ? [{ type: 'AgentApproved', data: { agentId } }] : []
    case 'RevokeAgent': {
      const { reason, idempotencyKey } = command
      if (!isKnown) return rejection('AGENT_UNKNOWN', 'no agent has this id or ip', 'agent')
      if (state.phase === 'REVOKED') return []
      const invalid = checkText('reason', reason) ?? checkReason(reason) ?? checkIdempotencyKey(idempotencyKey)
      return invalid ?? [{ type: 'AgentRevoked', data: { agentId, reason, idempotencyKey } }]
    }
    case 'SetLabels': {
      const { labels } = command
      if (!isKnown) return rejection('AGENT_UNKNOWN', 'no agent has this id or ip', 'agent')
      if (isSame(labels, state.labels)) return []
      return checkLabels(labels) ?? [{ type: 'AgentLabelsSet', data: { agentId, labels } }]
    }
    case 'SetInventoryLabels': {
      const { source, labels } = command
      if (!isKnown) return rejection('AGENT_UNKNOWN', 'no agent has this id or ip', 'agent')
      if (isSame(labels, state.inventoryLabels[source] ?? {})) return []
      return checkLabels(labels) ?? [{ type: 'AgentInventoryLabelsSet', data: { agentId, source, labels } }]
    }
  }
}

function isSame(one: Labels, other: Labels): boolean {
  return JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort())
}

export function evolveEnrolment(state: Enrolment, event: EnrolmentEvent): Enrolment {
  switch (event.type) {
    case 'AgentEnrolled':
      return { ...state, phase: event.data.isApproved ? 'APPROVED' : 'WAITING', publicKey: event.data.publicKey }
    case 'AgentKeyRotated':
      return { ...state, publicKey: event.data.publicKey }
    case 'AgentApproved':
      return { ...state, phase: 'APPROVED' }
    case 'AgentRevoked':
      return { ...state, phase: 'REVOKED' }
    case 'AgentLabelsSet':
      return { ...state, labels: event.data.labels }
    case 'AgentInventoryLabelsSet':
      return { ...state, inventoryLabels: withInventoryLabels(state.inventoryLabels, event.data) }
    case 'AgentInstructionRefused': {
      const refusedInstructions = [...state.refusedInstructions, nameOf(event.data)].slice(-bootsKept)
      return { ...state, refusedInstructions, instructionRefusals: state.instructionRefusals + 1 }
    }
    case 'AgentKeyRefused':
      return { ...state, refusals: state.refusals + 1, refusedBootIds: [...state.refusedBootIds, event.data.bootId].slice(-bootsKept) }
  }
}

/** Returns the labels of all sources after one has set its own. */
export function withInventoryLabels(
  before: Readonly<Record<string, Labels>>,
  { source, labels }: Pick<AgentInventoryLabelsSet, 'source' | 'labels'>,
): Readonly<Record<string, Labels>> {
  const { [source]: _, ...others } = before
  return Object.keys(labels).length === 0 ? others : { ...others, [source]: labels }
}

function nameOf({ code, keyId, taskId, attempt }: RefusedInstructionFact): string {
  return `${code} ${keyId} ${taskId} ${attempt}`
}

/** The agent repeats what it was sent, and that may be anything. */
function bounded({ code, keyId, taskId, attempt }: RefusedInstructionFact): RefusedInstructionFact {
  return { code: plain(code), keyId: plain(keyId), taskId: plain(taskId), attempt }
}

function plain(text: string): string {
  return text.replaceAll(/[^\w-]/g, '').slice(0, 64)
}

/** How a process shows who it is. */
export interface PresentedKey {
  readonly publicKey: string
  /** It signed the hello, for this connection; and so did the next key, where there is one. */
  readonly isProven: boolean
  /** The key that the agent changes to; null: it keeps this one. */
  readonly next: string | null
}

/**
 * Returns why a process may not speak for the agent, or null. An agent whose key is not known yet is not judged here: its join
 * token decides.
 */
export function refusalOfKey(agentId: string, key: PresentedKey | null, { phase, publicKey }: Enrolment): Rejection | null {
  if (phase === 'REVOKED') return agentRevoked(agentId)
  if (publicKey === null) return null
  // The center may have pinned the next key already, and the agent may not know it yet.
  return key?.publicKey === publicKey || key?.next === publicKey ? null : otherKey(agentId)
}

/** The refusal of a hello whose key is not proven; nothing has to be known of the agent for that. */
export function keyNotProven(): Rejection {
  return rejection('AGENT_KEY_INVALID', 'the hello is not signed by the key that it names, or was signed for another connection')
}

export function agentWaits(agentId: string): Rejection {
  return rejection('AGENT_PENDING', `agent ${agentId} has enrolled and waits until somebody approves it (approveAgent)`)
}

function agentRevoked(agentId: string): Rejection {
  return rejection('AGENT_REVOKED', `agent ${agentId} was revoked; delete identity.json in its data folder, and enrol it anew if it may come back`)
}

function otherKey(agentId: string): Rejection {
  const advice = 'If this is another machine, delete identity.json and journal in its data folder: then it joins as a new agent'
  return rejection('AGENT_KEY_MISMATCH', `agent ${agentId} enrolled with another key than this process has. ${advice}`)
}
