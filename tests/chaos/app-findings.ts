import { waitFor } from '../support/wait-for.ts'
import { inventoryProblems } from './app-inventories.ts'
import { viewProblems } from './app-views.ts'
import { agentsOf, appEvents, appOf, type LoggedEvent } from './apps-of-log.ts'
import { doneProblems, endProblems, stageProblems, streamProblems } from './rollout-findings.ts'
import type { GraphqlPlatform } from './steady-load.ts'
import { bindings, fleetApp, fleetSize, hostsApp, type SteadyRollouts } from './steady-rollouts.ts'

export interface AppFindings {
  readonly platform: GraphqlPlatform
  readonly rollouts: SteadyRollouts
  /** Number of real agents. */
  readonly hosts: number
  readonly dataDir: string
  readonly timeoutMs: number
}

/** Waits until nothing is to be done any more; then returns every broken promise about apps, and the number of rollouts by their end. */
export async function appFindings({ platform, rollouts, hosts, dataDir, timeoutMs }: AppFindings) {
  let last: readonly string[] = []
  const settled = async () => {
    const events = await appEvents(platform)
    last = [...openProblems(events), ...(await inventoryProblems(platform, events, rollouts, dataDir))]
    return last.length === 0 ? events : null
  }
  const events = await waitFor(settled, { timeoutMs, everyMs: 1_000, what: 'the end of every rollout' }).catch(() => appEvents(platform))
  const agents = { [fleetApp]: fleetSize, [hostsApp]: hosts } as Readonly<Record<string, number>>
  const problems = [
    ...last,
    ...streamProblems(events),
    ...stageProblems(events),
    ...endProblems(events, (app) => agents[app] ?? fleetSize + hosts),
    ...doneProblems(events, rollouts.done),
    ...(await viewProblems(platform, events)),
  ]
  return { problems, ends: endsOf(events) }
}

/** What is still to be done by the log: rollouts that go on, and agents that have not told. */
function openProblems(events: readonly LoggedEvent[]): readonly string[] {
  const rollouts = Object.keys(bindings).flatMap((app) => {
    const { rollout } = appOf(events, app)
    return rollout === null ? [] : [`${rollout.id} is ${rollout.phase} in batch ${rollout.batch}`]
  })
  const silent = [...agentsOf(events)].flatMap(([agentId, { apps }]) =>
    Object.entries(apps).flatMap(([app, { wanted, outcome }]) => {
      const isTold = wanted !== null && (outcome === 'INSTALLED' || outcome === 'FAILED')
      return isTold ? [] : [`agent ${agentId} has not told what came of ${app} ${wanted?.version ?? 'to be removed'}`]
    }),
  )
  return [...rollouts, ...silent]
}

function endsOf(events: readonly LoggedEvent[]): Readonly<Record<string, number>> {
  const ends: Record<string, number> = {}
  for (const event of events) {
    if (event.type !== 'RolloutDone' && event.type !== 'RolloutRolledBack' && event.type !== 'RolloutStopped') continue
    const end = 'cause' in event.data ? `${event.type} ${event.data.cause}` : event.type
    ends[end] = (ends[end] ?? 0) + 1
  }
  return ends
}
