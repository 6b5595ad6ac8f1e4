import type { AgentAppEvent } from '../../domain/agent-apps/agent-apps.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import type { Position } from '../../eventing/position.ts'

export const appAgentStates = ['INSTALLED', 'PENDING', 'FAILED', 'REMOVED'] as const
export type AppAgentStateName = (typeof appAgentStates)[number]

/** An app of the center on an agent, as people see it. */
export interface AppAgentView {
  /** `<app>/<agent>`. */
  readonly id: string
  readonly app: string
  readonly agentId: string
  /** The version that it shall have; null: none. */
  readonly wanted: string | null
  /** The version that it has; null: none. */
  readonly installed: string | null
  /** The rollout that brought the wanted version. */
  readonly rolloutId: string | null
  readonly state: AppAgentStateName
  /** Why it failed. */
  readonly error: { readonly code: string; readonly message: string } | null
  /** ms since the epoch. */
  readonly updatedAt: number
  readonly changedAt: Position
}

export function appAgentId(app: string, agentId: string): string {
  return `${app}/${agentId}`
}

/** The one fold of its events. An event that is in the view already changes nothing. */
export function evolveAppAgentView(view: AppAgentView | null, id: string, recorded: RecordedEvent<AgentAppEvent>): AppAgentView {
  const { event, position: changedAt, recordedAt: updatedAt } = recorded
  if (view && changedAt <= view.changedAt) return view
  const { app, agentId } = event.data
  const blank = { id, app, agentId, wanted: null, installed: null, rolloutId: null, state: 'PENDING', error: null } as const
  const before = view ?? { ...blank, updatedAt, changedAt }
  return { ...before, ...changes(event, before), updatedAt, changedAt }
}

function changes(event: AgentAppEvent, before: AppAgentView): Partial<AppAgentView> {
  switch (event.type) {
    case 'AgentAppWanted':
      return { wanted: event.data.version, rolloutId: event.data.rolloutId, state: 'PENDING', error: null }
    case 'AgentAppUnwanted':
      return { wanted: null, rolloutId: null, state: 'PENDING', error: null }
    case 'AgentAppInstalled': {
      const { version } = event.data
      return { installed: version, ...(before.wanted === version && { state: 'INSTALLED', error: null }) }
    }
    case 'AgentAppDownloaded':
    case 'AgentAppSwitching':
      return { state: 'PENDING', error: null }
    case 'AgentAppFailed':
      return { state: 'FAILED', error: { code: event.data.code, message: event.data.message } }
    case 'AgentAppRemoved':
      return { installed: null, state: before.wanted === null ? 'REMOVED' : 'PENDING', error: null }
  }
}
