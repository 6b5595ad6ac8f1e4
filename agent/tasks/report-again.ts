import type { AttemptEnd, JournalEntry } from '../journal/journal.ts'
import type { AgentLink } from '../link/agent-link.ts'

/** Reports everything that the journal knows about an attempt, unless a report of it is on its way already. */
export function reportAgain(link: Pick<AgentLink, 'report' | 'hasReportOf'>, entry: JournalEntry): void {
  const { taskId, attempt, acceptedAt, startingAt, end } = entry
  if (link.hasReportOf(taskId, attempt)) return
  if (acceptedAt !== null) link.report({ name: 'AttemptAcknowledged', value: { taskId, attempt, happenedAt: acceptedAt } })
  if (startingAt !== null && !surelyNeverRan(end)) link.report({ name: 'AttemptStarted', value: { taskId, attempt, happenedAt: startingAt } })
  if (end) link.report({ name: 'AttemptEnded', value: end })
}

/** Returns true if the attempt was refused, or cancelled without a kill: a cancelled run always says what became of its kill. */
function surelyNeverRan(end: AttemptEnd | null): boolean {
  return end?.outcome === 'REJECTED' || (end?.outcome === 'CANCELLED' && end.killed === null)
}
