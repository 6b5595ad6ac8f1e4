import type { AppOutcome } from '@elves/schemas/generated/types.ts'
import { appVersionPattern } from '@elves/schemas/link/protocol.ts'
import { aggregate, type EventOf } from '../aggregate.ts'
import type { Decision } from '../decision.ts'

/** Events of stream `agentapps-<agent>`: what an agent shall have of the center's apps, and what it has. */
export type AgentAppEvent = EventOf<'agent-apps'>

/** An app on an agent. One that it shall not have any more is there until it has been removed. */
export interface AgentApp {
  /** Null: it shall not have it. */
  readonly wanted: { readonly version: string; readonly sha256: string; readonly bytes: number; readonly rolloutId: string | null } | null
  /** The version that it runs; null: none. */
  readonly installed: string | null
  /** What came of the wanted version. */
  readonly outcome: AppWishOutcome
  readonly code: string | null
}

/** DOWNLOADED and SWITCHING: the steps of an agent on its way to another version of its own program; then it is away for a moment. */
export type AppWishOutcome = 'PENDING' | 'DOWNLOADED' | 'SWITCHING' | 'INSTALLED' | 'FAILED'

export interface AgentAppsState {
  readonly apps: Readonly<Record<string, AgentApp>>
}

/** A change of what an agent shall have. */
export interface AppWish {
  readonly app: string
  readonly wanted: AgentApp['wanted']
}

export interface WantApps {
  readonly type: 'WantApps'
  readonly agentId: string
  readonly wishes: readonly AppWish[]
}

/** What an agent says of one of its apps. */
export interface TellApp {
  readonly type: 'TellApp'
  readonly agentId: string
  readonly app: string
  readonly version: string
  readonly outcome: AppOutcome
  readonly code: string | null
  readonly message: string | null
}

export type AgentAppsCommand = WantApps | TellApp

const messageLength = 512

/** What each agent has of the apps that the center distributes. */
export const agentAppsAggregate = aggregate({
  name: 'agent-apps',
  prefix: 'agentapps-',
  decider: { initialState: { apps: {} }, decide, evolve },
  stateBytes: ({ apps }) => 400 * Object.keys(apps).length,
})
export const agentAppsStream = agentAppsAggregate.streamOf

function decide(command: AgentAppsCommand, { apps }: AgentAppsState): Decision<AgentAppEvent> {
  switch (command.type) {
    case 'WantApps':
      return command.wishes.flatMap((wish) => want(command.agentId, wish, knownApp(apps, wish.app)))
    case 'TellApp':
      return tell(command, knownApp(apps, command.app))
  }
}

/** An app may be called `constructor`. */
export function knownApp(apps: AgentAppsState['apps'], app: string): AgentApp | null {
  return Object.hasOwn(apps, app) ? (apps[app] ?? null) : null
}

function want(agentId: string, { app, wanted }: AppWish, known: AgentApp | null): AgentAppEvent[] {
  if (wanted === null) return known?.wanted ? [{ type: 'AgentAppUnwanted', data: { agentId, app } }] : []
  const isSame = known?.wanted?.version === wanted.version && known.wanted.sha256 === wanted.sha256
  return isSame ? [] : [{ type: 'AgentAppWanted', data: { agentId, app, ...wanted } }]
}

/**
 * An agent may tell the same again, and late. What it tells of an app that it never should have counts nothing, nor of a version that
 * can be none: versions become part of columns in Postgres, which allows no NUL.
 */
function tell(command: TellApp, known: AgentApp | null): readonly AgentAppEvent[] {
  const { agentId, app, version, outcome } = command
  if (known === null || (outcome !== 'REMOVED' && !appVersionPattern.test(version))) return []
  switch (outcome) {
    case 'INSTALLED': {
      const isKnown = known.installed === version && (known.wanted?.version !== version || known.outcome === 'INSTALLED')
      return isKnown ? [] : [{ type: 'AgentAppInstalled', data: { agentId, app, version } }]
    }
    case 'DOWNLOADED':
      return known.wanted?.version === version && known.outcome === 'PENDING' ? [{ type: 'AgentAppDownloaded', data: { agentId, app, version } }] : []
    case 'SWITCHING':
      // It may try again what has failed, after a restart of its host, say.
      return known.wanted?.version === version && known.outcome !== 'SWITCHING'
        ? [{ type: 'AgentAppSwitching', data: { agentId, app, version } }]
        : []
    case 'FAILED': {
      const code = /^[A-Z_]{1,64}$/.test(command.code ?? '') ? (command.code ?? '') : 'APP_SWITCH_FAILED'
      const message = (command.message ?? '').slice(0, messageLength).toWellFormed()
      const isNews = known.wanted?.version === version && (known.outcome !== 'FAILED' || known.code !== code)
      return isNews ? [{ type: 'AgentAppFailed', data: { agentId, app, version, code, message } }] : []
    }
    case 'REMOVED':
      return known.installed === null && known.wanted !== null ? [] : [{ type: 'AgentAppRemoved', data: { agentId, app } }]
  }
}

function evolve({ apps }: AgentAppsState, event: AgentAppEvent): AgentAppsState {
  const { app } = event.data
  const known = knownApp(apps, app) ?? { wanted: null, installed: null, outcome: 'PENDING', code: null }
  const after = (change: Partial<AgentApp>): AgentAppsState => ({ apps: { ...apps, [app]: { ...known, ...change } } })
  switch (event.type) {
    case 'AgentAppWanted': {
      const { agentId: _agent, app: _app, ...wanted } = event.data
      // It may have the version already: it tells so at once.
      return after({ wanted, outcome: 'PENDING', code: null })
    }
    case 'AgentAppUnwanted':
      return after({ wanted: null, outcome: 'PENDING', code: null })
    case 'AgentAppInstalled': {
      const { version } = event.data
      return after({ installed: version, ...(known.wanted?.version === version && { outcome: 'INSTALLED', code: null }) })
    }
    case 'AgentAppDownloaded':
      return after({ outcome: 'DOWNLOADED' })
    case 'AgentAppSwitching':
      return after({ outcome: 'SWITCHING', code: null })
    case 'AgentAppFailed':
      return after({ outcome: 'FAILED', code: event.data.code })
    case 'AgentAppRemoved': {
      if (known.wanted !== null) return after({ installed: null, outcome: 'PENDING', code: null })
      const { [app]: _gone, ...rest } = apps
      return { apps: rest }
    }
  }
}
