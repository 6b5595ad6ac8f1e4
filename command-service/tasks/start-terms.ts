import type { StartTerms } from '@elves/core/domain/task/commands.ts'
import type { AgentRecord } from '../agents/agent-directory.ts'

export interface StartTimes {
  /** How long an attempt may take from its dispatch to its start. */
  readonly startAllowanceMs: number
  readonly deadlineGraceMs: number
  /** ms since the epoch; default the clock of this process. */
  readonly now?: () => number
}

/** What a decision about a dispatch needs to know, as of now. */
export function startTerms(
  { phase, journalId }: Pick<AgentRecord, 'phase' | 'journalId'>,
  { startAllowanceMs, deadlineGraceMs, now = Date.now }: StartTimes,
): StartTerms {
  return { journalId: phase === 'CONNECTED' ? (journalId ?? '') : null, now: now(), startAllowanceMs, deadlineGraceMs }
}
