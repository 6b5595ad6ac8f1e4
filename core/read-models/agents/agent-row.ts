import type { AgentFacts } from '@elves/schemas/generated/types.ts'
import { formatPosition } from '../../eventing/position.ts'
import { type AgentEnrolmentView, type AgentStateName, type AgentView, notEnrolled } from './agent-view.ts'

/** A row of `agents` as pg reads it. */
export interface AgentRow {
  readonly id: string
  readonly first_sequence: string
  readonly sequence: string
  readonly ip: string
  readonly state: AgentStateName
  readonly connected_at: string | null
  readonly facts: string
  readonly own_crons: string
  readonly enrolment: string
}

type OwnCronsJson = Pick<AgentView, 'crons' | 'droppedCronRuns'>

export const agentColumns = 'id, first_sequence, sequence, ip, state, connected_at, facts, own_crons, enrolment'

export function agentViewOfRow(row: AgentRow, logId: string): AgentView {
  return {
    id: row.id,
    ip: row.ip,
    state: row.state,
    facts: JSON.parse(row.facts) as AgentFacts,
    ...(row.own_crons === '' ? noCrons : (JSON.parse(row.own_crons) as OwnCronsJson)),
    // A row of before there were inventories has no labels of them.
    enrolment: row.enrolment === '' ? notEnrolled : { ...notEnrolled, ...(JSON.parse(row.enrolment) as AgentEnrolmentView) },
    connectedAt: row.connected_at === null ? null : Number(row.connected_at),
    position: formatPosition(logId, Number(row.sequence)),
  }
}

const noCrons: OwnCronsJson = { crons: null, droppedCronRuns: null }

/** Returns the JSON of its own crons; empty where it never told of any. */
export function ownCronsJson({ crons, droppedCronRuns }: AgentView): string {
  return crons === null && droppedCronRuns === null ? '' : JSON.stringify({ crons, droppedCronRuns })
}

/** Returns the JSON of what is known of its key and of given labels; empty where nothing is. */
export function enrolmentJson({ enrolment }: AgentView): string {
  return JSON.stringify(enrolment) === JSON.stringify(notEnrolled) ? '' : JSON.stringify(enrolment)
}

/** Returns the names of the installed apps as one text, joined by slashes: an app is a folder, so its name has no slash. */
export function appNames({ apps }: AgentFacts): string {
  return apps.map(({ name }) => name).join('/')
}
