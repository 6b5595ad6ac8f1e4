import { agentLinkAggregate, agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { type Aggregates, openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventFeed } from '@elves/core/eventing/event-feed.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { deadLetterMetrics } from '@elves/core/eventing/handlers/dead-letter-metrics.ts'
import { measuredEventStore } from '@elves/core/eventing/measured-event-store.ts'
import type { DueTable } from '@elves/core/eventing/process-managers/due-table.ts'
import type { UnreadableEvent } from '@elves/core/eventing/unreadable-event.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { type MasterKeys, masterKeysAt } from '@elves/core/sealing/master-keys.ts'
import type { Tracing } from '@elves/core/tracing/tracing.ts'
import type pg from 'pg'
import { Gauge, type Registry } from 'prom-client'
import { type Agents, agents as agentsOf } from './agents/agents.ts'
import { commandSchema, migrateCommandService } from './command-schema.ts'
import type { CommandServiceSettings } from './command-service-settings.ts'
import { feedsBeside } from './feeds-beside.ts'
import type { OtherGateways } from './gateway/earlier-link.ts'
import { followLog } from './instances/log-follower.ts'
import { postgresSignals } from './instances/signals.ts'
import { type OpenAttempts, postgresOpenAttempts } from './open-attempts/open-attempts.ts'
import { openAttemptsTable } from './open-attempts/open-attempts-table.ts'
import { ManifestSecrets } from './secrets/manifest-secrets.ts'
import { type SecretDelivery, secretDelivery } from './secrets/secret-delivery.ts'
import { secretReconcile } from './secrets/secret-links.ts'
import { type SecretValues, secretValues } from './secrets/secret-values.ts'
import { type InstructionSigner, instructionSigner, signedReconcile } from './signing/instruction-signer.ts'
import { type OutputIntake, outputIntake } from './task-output/output-intake.ts'
import { type OpenTasks, openTasks as openTasksOf } from './tasks/open-tasks.ts'
import { reconciliation } from './tasks/reconcile.ts'
import { reportIntake } from './tasks/report-intake.ts'
import { type TaskDecisions, taskDecisions } from './tasks/task-decisions.ts'
import { type ExpectingTaskReports, taskReports } from './tasks/task-reports.ts'
import { taskSpans } from './tasks/task-spans.ts'
import { type TaskMetrics, taskMetrics, taskTelling } from './tasks/task-telling.ts'

export interface WriteSideOptions {
  readonly store: EventStore
  /** The tail follows this feed, to keep the caches up to date with what other instances write. */
  readonly feed: EventFeed
  readonly pool: pg.Pool
  readonly settings: CommandServiceSettings
  readonly logger: Logger
  readonly registry: Registry
  /** Names this instance in leases and in the events of links; unique among those that run. */
  readonly instanceId: string
  /** The tables of what is due are made from the log from then on; default at once. */
  readonly tablesBegin?: Promise<void>
  /** Null or absent: nobody is told spans. */
  readonly tracing?: Tracing | null
}

/** The parts of every process that writes about tasks and agents: it decides, records reports, and answers hellos. */
export interface WriteSide extends Omit<WriteSideOptions, 'feed' | 'tablesBegin'> {
  readonly agents: Agents
  /** Schema of the write side's own tables. */
  readonly schema: string
  readonly openTasks: OpenTasks
  readonly metrics: TaskMetrics
  readonly decisions: TaskDecisions
  /** Decides about what is neither a task nor an agent: one for all features, so that what one wrote the others need not read. */
  readonly aggregates: Aggregates
  readonly reports: ExpectingTaskReports
  /** Null: instructions are not signed. */
  readonly signer: InstructionSigner | null
  readonly masterKeys: MasterKeys
  readonly secretValues: SecretValues
  readonly secrets: SecretDelivery
  readonly attempts: OpenAttempts
  readonly output: OutputIntake
  /** Also feeds the tables of waiting tasks, of schedules, of queues, of webhooks, of processing, of apps and of access. */
  readonly attemptsTable: DueTable
  readonly others: OtherGateways
  /** Calls the listener with all later events, those of this instance too. */
  onEvents(listener: (events: readonly RecordedEvent[]) => void): void
  /** Calls the listener with what this process writes about tasks, before `onEvents` brings it. */
  onTasksWritten(listener: (events: readonly RecordedEvent[]) => void): void
  /** Calls the listener with each later event that can not be read. */
  onUnreadable(listener: (event: UnreadableEvent) => void): void
  /** The parts in the order in which they stop. Stop what uses them first. */
  readonly parts: Readonly<Record<'tables' | 'tail' | 'output' | 'signals', Running>>
  isReady(): boolean
}

const tasksInMemory = 100_000
const othersInMemory = 10_000
/** A queue of 100 000 tasks with keys is about 55 MB. */
const bytesOfOthersInMemory = 160 * 1024 * 1024

/** Composes and starts it; the event store's schema must have been migrated. */
export async function writeSide(options: WriteSideOptions): Promise<WriteSide> {
  const { feed, pool, settings, logger, registry, instanceId } = options
  const store = measuredEventStore(options.store, registry)
  const { deadlineGraceMs, resendAfterMs, agentLostAfterMs } = settings
  await migrateCommandService(pool)
  // Read before anything is cached, so that the tail brings every event that is written later.
  const after = await store.head()
  const signals = postgresSignals({ pool, schema: commandSchema, instanceId, logger })
  const agents = agentsOf({ store, pool, schema: commandSchema, instanceId, lostAfterMs: agentLostAfterMs, settings, logger })
  const tasks = openAggregates({ store, cacheSize: tasksInMemory })
  const others = openAggregates({ store, cacheSize: othersInMemory, cacheBytes: bytesOfOthersInMemory })
  const openTasks = openTasksOf()
  const metrics = taskMetrics(registry, openTasks)
  const spans = options.tracing ? taskSpans(options.tracing) : null
  cachedStreams(registry, { tasks, agents, others })
  deadLetterMetrics(registry, pool, commandSchema)
  const writtenListeners: ((events: readonly RecordedEvent[]) => void)[] = []
  const decisions = taskDecisions({
    aggregates: tasks,
    openTasks,
    telling: taskTelling({ store, metrics, logger, spans }),
    spans,
    onWritten: (events) => {
      for (const listener of writtenListeners) listener(events)
    },
  })
  const listeners: ((events: readonly RecordedEvent[]) => void)[] = []
  const unreadableListeners: ((event: UnreadableEvent) => void)[] = []
  await signals.listening
  await agents.admission.makeOwnToken()
  const tail = followLog({
    store: feed,
    after,
    logger,
    observe(events) {
      for (const event of events) {
        tasks.observe(event)
        agents.observe(event)
        others.observe(event)
      }
      openTasks.observe(events)
      for (const listener of listeners) listener(events)
    },
    unreadable(event) {
      for (const aggregates of [tasks, agents.aggregates, others]) aggregates.forget(event.stream)
      for (const listener of unreadableListeners) listener(event)
    },
  })
  const times = { deadlineGraceMs, resendAfterMs }
  const tableOptions = { store, pool, schema: commandSchema, signals, logger, ...(options.tablesBegin && { begins: options.tablesBegin }) }
  const attemptsTable = openAttemptsTable(times, tableOptions, feedsBeside(commandSchema))
  const caughtUp = () => attemptsTable.caughtUp()
  const attempts = postgresOpenAttempts(pool, commandSchema, resendAfterMs)
  const signer = instructionSigner(settings.signingKey)
  if (!signer) logger.warn('instructions to agents are not signed: ELVES_SIGNING_KEY is not set')
  const masterKeys = masterKeysAt(settings.masterKeys)
  const values = secretValues(pool, commandSchema, masterKeys)
  const manifests = new ManifestSecrets(others, agents.aggregates)
  listeners.push((events) => manifests.observe(events))
  unreadableListeners.push(({ stream }) => manifests.unreadable(stream))
  const secrets = secretDelivery({ store, aggregates: others, agents: agents.aggregates, decisions, values, manifests, logger })
  const reports = taskReports({
    intake: reportIntake({ store, decisions, openTasks, metrics, logger }),
    reconcile: signedReconcile(secretReconcile(reconciliation({ store, decisions, attempts, caughtUp, logger }), secrets), signer),
    agents: agents.directory,
    deadlineGraceMs,
    metrics,
    logger,
  })
  const output = outputIntake({
    pool,
    schema: commandSchema,
    retention: settings.output,
    ageing: { aggregates: others },
    async isOfAgent(agentId, taskId, attempt) {
      const { state } = await decisions.load(taskStream(taskId))
      // This process may not have heard yet that the task, or its attempt, was made.
      if (state.phase === 'NONE' || (state.agentId === agentId && state.attempt < attempt)) return null
      return state.agentId === agentId
    },
    async bootOf(agentId, isFresh) {
      const stream = agentLinkStream(agentId)
      if (isFresh) await agents.aggregates.refresh([stream])
      return (await agents.aggregates.load(agentLinkAggregate, stream)).state.bootId
    },
    logger,
    registry,
  })
  listeners.push((events) => {
    for (const { event } of events) {
      if (event.type === 'AgentConnected' && event.data.gatewayId.startsWith(instanceId)) output.linked(event.data.agentId, event.data.bootId)
    }
  })
  return {
    store,
    pool,
    settings,
    logger,
    registry,
    instanceId,
    agents,
    onEvents: (listener) => void listeners.push(listener),
    onTasksWritten: (listener) => void writtenListeners.push(listener),
    onUnreadable: (listener) => void unreadableListeners.push(listener),
    schema: commandSchema,
    openTasks,
    metrics,
    decisions,
    aggregates: others,
    reports,
    signer,
    masterKeys,
    secretValues: values,
    secrets,
    attempts,
    output,
    attemptsTable,
    others: { signals, holderOf: (agentId) => agents.liveness.holderElsewhere(agentId) },
    parts: { tables: { stop: async () => attemptsTable.close() }, tail, output, signals },
    isReady: () => tail.isFollowing() && attemptsTable.isSound(),
  }
}

function cachedStreams(registry: Registry, caches: Readonly<Record<'tasks' | 'agents' | 'others', { readonly cachedCount: number }>>): void {
  const gauge = new Gauge({
    name: 'elves_cached_streams',
    help: 'Streams whose state is in memory.',
    labelNames: ['of'],
    registers: [registry],
    collect() {
      for (const kind of ['tasks', 'agents', 'others'] as const) gauge.set({ of: kind }, caches[kind].cachedCount)
    },
  })
}
