import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'

/** The agents whose waiting tasks may have to be dispatched or skipped, gathered from the log until somebody looks. */
export interface WaitingAgents {
  /** Takes events of the log, of all instances. Returns true if they concern what waits. */
  observe(events: readonly RecordedEvent[]): boolean
  /** Takes tasks that may have their turn, the first ones first. */
  turns(taskIds: readonly string[]): void
  /** Returns what was gathered since the last call. `areNewTasks`: a task has begun to wait. */
  take(): { readonly agentIds: ReadonlySet<string> | 'ALL'; readonly areNewTasks: boolean; readonly turns: readonly string[] }
}

/** Beyond this, all agents are looked at. An instance that does not look gathers no more than this. */
const mostAgents = 10_000

export function waitingAgents(limit = mostAgents): WaitingAgents {
  let agentIds = new Set<string>()
  let areAll = false
  let areNewTasks = false
  let turns: readonly string[] = []

  function add(agentId: string): void {
    if (areAll) return
    agentIds.add(agentId)
    if (agentIds.size > limit) addAll()
  }

  function addAll(): void {
    areAll = true
    agentIds = new Set()
  }

  function concerns({ event }: RecordedEvent): boolean {
    switch (event.type) {
      case 'TaskWaiting':
        if (event.data.reason === 'QUEUE') return false
        areNewTasks = true
        // Who waits for a turn or an approval is told of by others.
        if (event.data.reason !== 'LIMIT' && event.data.reason !== 'APPROVAL') add(event.data.agentId)
        return true
      case 'AgentConnected':
      case 'AgentRecovered':
      case 'AgentRemoved':
      // What waits for its app may go on where that is there, or will not come.
      case 'AgentAppInstalled':
      case 'AgentAppFailed':
      case 'AgentAppUnwanted':
        add(event.data.agentId)
        return true
      case 'AppBanned':
        addAll()
        return true
      default:
        return false
    }
  }

  return {
    observe(events) {
      let areConcerned = false
      for (const event of events) if (concerns(event)) areConcerned = true
      return areConcerned
    },
    turns(taskIds) {
      turns = taskIds
    },
    take() {
      const taken = { agentIds: areAll ? ('ALL' as const) : agentIds, areNewTasks, turns }
      turns = []
      agentIds = new Set()
      areAll = false
      areNewTasks = false
      return taken
    },
  }
}
