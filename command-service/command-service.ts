import { fileURLToPath } from 'node:url'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import { taskDecider } from '@elves/core/domain/task/decide.ts'
import { aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { holdLease } from '@elves/core/eventing/leases/lease.ts'
import { migrate } from '@elves/core/eventing/postgres/migrate.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import type pg from 'pg'
import type { Registry } from 'prom-client'
import type { WebSocket } from 'ws'
import { agents as agentsOf } from './agents/agents.ts'
import type { CommandServiceSettings } from './command-service-settings.ts'
import { watchDeadlines } from './deadlines/deadlines.ts'
import { postgresOpenAttempts } from './deadlines/open-attempts.ts'
import { openAttemptsFeed } from './deadlines/open-attempts-feed.ts'
import { gateway as gatewayOf } from './gateway/gateway.ts'
import { shutdown } from './shutdown.ts'
import { followTail } from './tail.ts'
import { openTasks as openTasksOf } from './tasks/open-tasks.ts'
import { reconciliation } from './tasks/reconcile.ts'
import { reportIntake } from './tasks/report-intake.ts'
import { type TaskCommands, taskCommands } from './tasks/task-commands.ts'
import { taskDecisions } from './tasks/task-decisions.ts'
import { taskMetrics } from './tasks/task-metrics.ts'
import { taskReports } from './tasks/task-reports.ts'

export interface CommandServiceOptions {
  readonly store: EventStore
  readonly pool: pg.Pool
  readonly settings: CommandServiceSettings
  readonly logger: Logger
  readonly registry: Registry
  /** Names this instance in leases and in the events of links; unique among those that run. */
  readonly instanceId: string
}

/** The write side: commands, reports, deadlines and the links of agents, in this process. */
export interface CommandService extends Running {
  readonly api: CommandApi
  /** The same, with waits that have an end: for the internal HTTP. */
  readonly commands: TaskCommands
  acceptAgent(socket: WebSocket, remoteAddress: string): void
  isReady(): boolean
}

const schema = 'elves'
const tasksInMemory = 100_000
const leaseTtlMs = 5000

/** Brings the write side's own tables up to date. */
export function migrateCommandService(pool: pg.Pool): Promise<void> {
  return migrate(pool, { schema, name: 'command-service', dir: fileURLToPath(new URL('./migrations', import.meta.url)) })
}

/** Composes and starts it; the event store's schema must have been migrated. */
export async function commandService(options: CommandServiceOptions): Promise<CommandService> {
  const { store, pool, settings, logger, registry, instanceId } = options
  const { startAllowanceMs, deadlineGraceMs, resendAfterMs, agentLostAfterMs } = settings
  await migrateCommandService(pool)
  const after = await store.head()
  const agents = agentsOf({ store, pool, schema, instanceId, lostAfterMs: agentLostAfterMs, logger })
  const tasks = aggregates({ store, decider: taskDecider, cacheSize: tasksInMemory })
  const openTasks = openTasksOf()
  const metrics = taskMetrics(registry, openTasks)
  const decisions = taskDecisions(tasks, openTasks, metrics)
  const tail = followTail({
    store,
    after,
    logger,
    observe(events) {
      for (const event of events) {
        tasks.observe(event)
        agents.observe(event)
      }
      openTasks.observe(events)
    },
  })
  const feed = openAttemptsFeed({ store, pool, schema, times: { deadlineGraceMs, resendAfterMs }, logger })
  const attempts = postgresOpenAttempts(pool, schema, resendAfterMs)
  const reports = taskReports({
    intake: reportIntake({ store, decisions, openTasks, metrics, logger }),
    reconcile: reconciliation({ store, decisions, attempts, caughtUp: () => feed.caughtUp(), logger }),
  })
  const { joinToken } = settings
  const gateway = gatewayOf({ agents, tasks: reports, settings, joinToken, gatewayId: instanceId, logger, registry })
  const { links } = gateway
  const commands = taskCommands({ store, decisions, openTasks, agents: agents.directory, links, startAllowanceMs, deadlineGraceMs })
  const deadlines = holdLease({
    pool,
    name: 'deadlines',
    owner: instanceId,
    ttlMs: leaseTtlMs,
    logger,
    whileHeld: ({ signal }) => watchDeadlines({ store, decisions, attempts, links, metrics, logger, graceMs: deadlineGraceMs }, signal),
  })
  const stopping = shutdown({
    commands,
    decisions,
    openTasks,
    timeoutMs: settings.shutdownMs,
    logger,
    parts: { gateway, deadlines, feed, agents, tail },
  })
  return {
    api: commands,
    commands,
    acceptAgent: (socket, remoteAddress) => gateway.accept(socket, remoteAddress),
    isReady: () => !stopping.hasBegun() && tail.isFollowing() && feed.isLive(),
    stop: () => stopping.begin(),
  }
}
