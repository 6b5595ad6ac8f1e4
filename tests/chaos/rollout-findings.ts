import { knownApp } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { placeInRollout } from '@elves/core/domain/app/place.ts'
import { tolerated } from '@elves/core/domain/app/share.ts'
import type { AppEvent } from '@elves/core/domain/app/state.ts'
import type { Done } from './app-commands.ts'
import { agentsOf, isOfAgent, isOfApp, type LoggedEvent } from './apps-of-log.ts'

/** What the events of apps must be by themselves, whatever is disturbed. Each function returns what is not so. */

/** Each stream has each version once, in its order; nothing is recorded that was so already. */
export function streamProblems(events: readonly LoggedEvent[]): readonly string[] {
  const problems: string[] = []
  for (const [stream, of] of Map.groupBy(events, (event) => event.stream)) {
    const misplaced = of.findIndex(({ version }, index) => version !== index)
    if (misplaced >= 0) problems.push(`event ${misplaced} of ${stream} has version ${of[misplaced]?.version}`)
  }
  for (const [index, event] of events.entries())
    if (isOfAgent(event) && isDoubled(event, events.slice(0, index))) problems.push(`twice: ${told(event)}`)
  return problems
}

function isDoubled(event: LoggedEvent, before: readonly LoggedEvent[]): boolean {
  if (!isOfAgent(event)) return false
  const own = before.filter(({ stream }) => stream === event.stream)
  const state = agentsOf(own).get(event.data.agentId)
  const known = state ? knownApp(state.apps, event.data.app) : null
  if (event.type === 'AgentAppWanted') return known?.wanted?.version === event.data.version
  if (event.type === 'AgentAppUnwanted') return known === null || known.wanted === null
  if (event.type !== 'AgentAppInstalled') return false
  const { version } = event.data
  return known?.installed === version && (known.wanted?.version !== version || known.outcome === 'INSTALLED')
}

interface Reach {
  readonly to: string
  readonly agents: Set<string>
  cut: number
  most: number
}

/** At each point of the log, a rollout has reached only agents up to its cut, and not more of them than its batch has. */
export function stageProblems(events: readonly LoggedEvent[]): readonly string[] {
  const problems: string[] = []
  const rollouts = new Map<string, Reach>()
  for (const event of events) {
    if (event.type === 'AppVersionReleased') rollouts.set(event.data.rolloutId, { to: event.data.version, agents: new Set(), cut: -1, most: 0 })
    if (event.type === 'RolloutBatchBegun') {
      const reach = rollouts.get(event.data.rolloutId)
      if (!reach || event.data.cut < reach.cut) problems.push(`a batch of nothing, or a smaller one: ${told(event)}`)
      if (reach) Object.assign(reach, { cut: event.data.cut, most: event.data.agents })
    }
    if (event.type !== 'AgentAppWanted' || event.data.rolloutId === null) continue
    const { agentId, rolloutId, version } = event.data
    const reach = rollouts.get(rolloutId)
    reach?.agents.add(agentId)
    const isReached = reach?.to === version && placeInRollout(rolloutId, agentId) <= reach.cut && reach.agents.size <= reach.most
    if (!isReached) problems.push(`beyond its stage: ${told(event)}, ${reach?.agents.size} of ${reach?.most}`)
  }
  return problems
}

/** Each rollout has one end, and the events before it say why. */
export function endProblems(events: readonly LoggedEvent[], agentsOfApp: (app: string) => number): readonly string[] {
  const problems: string[] = []
  const ofApps = events.filter(isOfApp)
  for (const released of ofApps.filter(isRelease)) {
    const { app, rolloutId } = released.data
    const ends = ofApps.filter(isEnd).filter(({ data }) => data.rolloutId === rolloutId)
    const [end] = ends
    if (ends.length !== 1 || !end) problems.push(`${rolloutId} has ${ends.length} ends`)
    else if (!isExplained(end, { released, events, agents: agentsOfApp(app) })) problems.push(`nothing explains this end: ${told(end)}`)
  }
  return problems
}

type Release = Extract<AppEvent, { type: 'AppVersionReleased' }>

function isRelease(event: LoggedEvent & AppEvent): event is LoggedEvent & Release {
  return event.type === 'AppVersionReleased'
}

type End = Extract<AppEvent, { type: 'RolloutDone' | 'RolloutRolledBack' | 'RolloutStopped' }>

function isEnd(event: LoggedEvent & AppEvent): event is LoggedEvent & End {
  return event.type === 'RolloutDone' || event.type === 'RolloutRolledBack' || event.type === 'RolloutStopped'
}

interface Around {
  readonly released: LoggedEvent & Release
  readonly events: readonly LoggedEvent[]
  readonly agents: number
}

function isExplained(end: LoggedEvent & End, { released, events, agents }: Around): boolean {
  const { version, batches, maxFailed } = released.data
  const own = events.filter(({ stream }) => stream === end.stream)
  const [before, next] = [own[end.version - 1], own[end.version + 1]]
  const earlier = events.slice(0, events.indexOf(end))
  const begun = earlier.filter((event) => event.type === 'RolloutBatchBegun' && event.data.rolloutId === end.data.rolloutId)
  /** Agents that have told this of the version by then. */
  const having = (type: string) => {
    const of = earlier.flatMap((event) =>
      isOfAgent(event) && event.type === type && 'version' in event.data && event.data.version === version ? [event] : [],
    )
    return new Set(of.filter(({ data }) => data.app === end.data.app).map(({ data }) => data.agentId)).size
  }
  const most = tolerated(maxFailed, agents) ?? 0
  if (end.type === 'RolloutDone') {
    const { installed, failed } = end.data
    return begun.length === batches.length && failed <= most && having('AgentAppInstalled') >= installed && having('AgentAppFailed') >= failed
  }
  switch (end.data.cause) {
    case 'SUPERSEDED':
      return next?.type === 'AppVersionReleased'
    case 'BANNED':
      return before?.type === 'AppBanned'
    case 'WITHDRAWN':
      return before?.type === 'AppVersionWithdrawn' && before.data.version === version
    case 'FAILURES':
      return end.type === 'RolloutRolledBack' && end.data.failed > most && having('AgentAppFailed') >= end.data.failed
    default:
      return end.data.cause === 'PERSON'
  }
}

/** What was asked for and done is in the log once; and the log has nothing of the kind that nobody asked for. */
export function doneProblems(events: readonly LoggedEvent[], done: readonly Done[]): readonly string[] {
  const problems: string[] = []
  const logged = events.filter(isOfApp).flatMap((event) => keyOf(event) ?? [])
  const asked = done.flatMap(({ what, app, of }) => (what in typeOf ? [`${typeOf[what]} ${app} ${of}`] : []))
  for (const key of new Set([...logged, ...asked])) {
    const [isThere, shall] = [logged, asked].map((keys) => keys.filter((one) => one === key).length)
    if (isThere !== shall) problems.push(`${key}: done ${shall} times, ${isThere} times in the log`)
  }
  return problems
}

const typeOf: Readonly<Record<string, string>> = {
  createApp: 'AppCreated',
  bindApp: 'AppBound',
  upload: 'AppVersionUploaded',
  releaseAppVersion: 'AppVersionReleased',
  withdrawAppVersion: 'AppVersionWithdrawn',
  banApp: 'AppBanned',
  unbanApp: 'AppUnbanned',
}

function keyOf({ type, data }: AppEvent): string | null {
  if (!Object.values(typeOf).includes(type)) return null
  const of = type === 'AppBound' ? data.selector : 'version' in data ? data.version : ''
  return `${type} ${data.app} ${of}`
}

function told({ type, stream, version, data }: LoggedEvent): string {
  return `${type} ${JSON.stringify(data)} (${stream} ${version})`
}
