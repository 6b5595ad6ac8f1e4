import type { JournalEntry } from '../journal/journal.ts'
import type { AgentLink } from '../link/agent-link.ts'

/** Reports everything that the journal knows of an attempt, unless it is on its way anyway. */
export function reportAgain(link: Pick<AgentLink, 'report' | 'hasReportOf'>, entry: JournalEntry): void {
  const { taskId, attempt, acceptedAt, startingAt, end } = entry
  if (link.hasReportOf(taskId, attempt)) return
  if (acceptedAt !== null) link.report({ name: 'AttemptAcknowledged', value: { taskId, attempt, happenedAt: acceptedAt } })
  // Refused after the note that it starts: it surely never did.
  if (startingAt !== null && end?.outcome !== 'REJECTED') link.report({ name: 'AttemptStarted', value: { taskId, attempt, happenedAt: startingAt } })
  if (end) link.report({ name: 'AttemptEnded', value: end })
}
