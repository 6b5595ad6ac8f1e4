import type { AgentLinks } from '../link/agent-links.ts'
import type { TaskReports } from '../tasks/task-reports.ts'
import type { SecretDelivery } from './secret-delivery.ts'

/** Links that add secrets to what they send. What gets none now is sent again by the deadlines. */
export function secretLinks(links: AgentLinks, secrets: SecretDelivery): AgentLinks {
  return {
    send(agentId, instruction, task) {
      void secrets.complete(agentId, instruction).then((complete) => complete && links.send(agentId, complete, task))
      return true
    },
    isConnected: (agentId) => links.isConnected(agentId),
  }
}

/** Adds secrets to what an agent gets again when it comes back. */
export function secretReconcile(reconcile: TaskReports['reconcile'], secrets: SecretDelivery): TaskReports['reconcile'] {
  return async (agentId, journalId, openAttempts) => {
    const instructions = await reconcile(agentId, journalId, openAttempts)
    const complete = await Promise.all(instructions.map((instruction) => secrets.complete(agentId, instruction)))
    return complete.filter((instruction) => instruction !== null)
  }
}
