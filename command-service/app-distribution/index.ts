import { appPackagesAt } from '@elves/core/app-package/app-packages-place.ts'
import { agentAppsAggregate } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { isAnyAgentEvent } from '@elves/core/domain/agent-events.ts'
import { appAggregate } from '@elves/core/domain/app/app.ts'
import { parsePosition } from '@elves/core/eventing/position.ts'
import { runProcessManager } from '@elves/core/eventing/process-managers/process-manager.ts'
import { wakeUpCall } from '@elves/core/eventing/process-managers/wake-up-call.ts'
import { partOf } from '../component-features.ts'
import type { WriteFeature } from '../feature.ts'
import { AppTelling } from './app-telling.ts'
import { distribution } from './distribution.ts'
import { DistributionTables } from './distribution-tables.ts'
import { PackageCleanup } from './package-cleanup.ts'

const distributing: WriteFeature = ({ store, agents, aggregates, links, pool, schema, instanceId, settings, logger, attemptsTable }) => {
  const wakeUp = wakeUpCall()
  /** Without any app, what agents do is no news. */
  let hasApps = false
  const telling = new AppTelling({ agents: agents.aggregates, links, logId: async () => parsePosition(await store.head()).logId })
  const manager = distribution({
    aggregates,
    agents: agents.aggregates,
    telling,
    cleanup: new PackageCleanup({ packages: appPackagesAt(settings.appPackages), logger }),
    wakeUp,
    newTables: () => new DistributionTables(pool, schema, store),
    isConnected: async (agentId) => (await agents.directory.find(agentId))?.phase === 'CONNECTED',
    caughtUp: () => attemptsTable.caughtUp(),
    found(any) {
      hasApps = any
    },
  })
  return {
    managers: { appDistribution: runProcessManager(manager, { pool, owner: instanceId, logger }) },
    observe(events) {
      for (const recorded of events) {
        const { event } = recorded
        if (appAggregate.isEvent(recorded)) hasApps = true
        // Also before the first look, which finds out whether there is any app.
        if (event.type === 'AgentConnected') telling.changed(event.data.agentId)
        if (!hasApps) continue
        if (appAggregate.isEvent(recorded) || agentAppsAggregate.isEvent(recorded) || isAnyAgentEvent(recorded)) wakeUp.call()
      }
    },
  }
}

/** Brings apps to agents. */
export const appDistributionWriteFeature = partOf('scheduler', distributing)
