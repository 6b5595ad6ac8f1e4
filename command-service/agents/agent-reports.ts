import type { Report } from '../link/frames.ts'
import { bounded, latestInstant, mostExact } from '../link/frames.ts'
import type { AgentRegistration } from './agent-registration.ts'

export type AgentTelling = Pick<AgentRegistration, 'tellFacts' | 'tellCrons' | 'tellDroppedRuns' | 'tellRefusedInstruction' | 'tellApp'>

/**
 * Records what an agent reports of itself. Of several facts, and of several lists of crons, only the last counts, and only if the
 * reports are of the agent's current session: each session begins with both.
 */
export async function recordOfAgent(
  registration: AgentTelling,
  agentId: string,
  reports: readonly Report[],
  isCurrent: (report: Report) => Promise<boolean> = async () => true,
): Promise<void> {
  const facts = reports.findLast((report) => report.name === 'AgentFactsReport')
  const crons = reports.findLast((report) => report.name === 'AgentCronsReport')
  if (facts && (await isCurrent(facts))) await registration.tellFacts(agentId, facts.value.facts)
  if (crons && (await isCurrent(crons))) {
    const { reportId: _, ...told } = crons.value
    await registration.tellCrons(agentId, told)
  }
  for (const report of reports) {
    if (report.name === 'AgentInstructionReport') {
      const { code, keyId, namedTaskId: taskId, namedAttempt: attempt } = report.value
      await registration.tellRefusedInstruction(agentId, { code, keyId, taskId, attempt })
    }
    if (report.name === 'AgentAppReport') {
      const { reportId: _, ...told } = report.value
      await registration.tellApp(agentId, told)
    }
    if (report.name !== 'AgentCronDropsReport') continue
    const { journalId, batch, count, firstFireAt, lastFireAt } = report.value
    await registration.tellDroppedRuns(agentId, {
      journalId,
      batch,
      count: bounded(count, mostExact),
      firstFireAt: bounded(firstFireAt, latestInstant),
      lastFireAt: bounded(lastFireAt, latestInstant),
    })
  }
}
