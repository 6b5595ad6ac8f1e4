import { type AgentAppEvent, type AgentAppsState, agentAppsAggregate } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { appAggregate } from '@elves/core/domain/app/app.ts'
import type { AppEvent, AppState } from '@elves/core/domain/app/state.ts'
import { allEvents, type EventShown } from '../e2e/all-events.ts'
import type { GraphqlPlatform } from './steady-load.ts'

/** An event of an app, or of the apps of an agent, as the audit log shows it. */
export type LoggedEvent = Omit<EventShown, 'type' | 'data'> & (AppEvent | AgentAppEvent)

const types = [...appAggregate.eventTypes, ...agentAppsAggregate.eventTypes]

/** All events of apps, in the order of the log. */
export async function appEvents(platform: GraphqlPlatform): Promise<readonly LoggedEvent[]> {
  return (await allEvents(platform, { types, notBefore: await headPosition(platform) })) as never
}

/** What is read from there on has all that was answered before. */
export async function headPosition(platform: GraphqlPlatform): Promise<string> {
  return (await platform.graphql<{ platform: { headPosition: string } }>('{ platform { headPosition } }')).platform.headPosition
}

export function isOfApp(event: LoggedEvent): event is LoggedEvent & AppEvent {
  return appAggregate.idOf(event.stream) !== null
}

export function isOfAgent(event: LoggedEvent): event is LoggedEvent & AgentAppEvent {
  return agentAppsAggregate.idOf(event.stream) !== null
}

/** What the log says of an app, up to the end of these events. */
export function appOf(events: readonly LoggedEvent[], app: string): AppState {
  const { evolve, initialState } = appAggregate.decider
  return events
    .filter(isOfApp)
    .filter(({ data }) => data.app === app)
    .reduce(evolve, initialState)
}

/** What the log says of the apps of each agent. */
export function agentsOf(events: readonly LoggedEvent[]): ReadonlyMap<string, AgentAppsState> {
  const { evolve, initialState } = agentAppsAggregate.decider
  const states = new Map<string, AgentAppsState>()
  for (const event of events.filter(isOfAgent)) {
    const { agentId } = event.data
    states.set(agentId, evolve(states.get(agentId) ?? initialState, event))
  }
  return states
}
