import type { TaskReportCommand } from '@elves/core/domain/task/commands.ts'
import { hasEnded, taskStateOf } from '@elves/core/domain/task/state.ts'
import type { EventStore, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { dispatchOf } from './instructions.ts'
import type { OpenTask, OpenTasks } from './open-tasks.ts'
import { taskStory } from './open-tasks.ts'
import type { TaskDecisions, TaskHandle, TaskHandled } from './task-decisions.ts'
import type { TaskMetrics } from './task-telling.ts'

/** The reports about one task in one frame of an agent. */
export interface ReportedTask {
  readonly agentId: string
  readonly taskId: string
  readonly stream: string
  readonly commands: readonly TaskReportCommand[]
}

export interface ReportIntake {
  /** Resolves when the reports are durable, or were dropped because no task has this id. */
  add(reported: ReportedTask): Promise<void>
  /**
   * Remembers tasks that another process dispatched and whose reports will come here; reads those ahead whose events are null. If
   * events that are given are not the newest any more, the append of a report conflicts, and the stream is read. If this rejects,
   * it does no harm.
   */
  expect(tasks: readonly { readonly stream: string; readonly events: readonly RecordedEvent[] | null }[]): Promise<void>
}

export interface ReportIntakeOptions {
  readonly store: EventStore
  readonly decisions: TaskDecisions
  readonly openTasks: OpenTasks
  readonly metrics: TaskMetrics
  readonly logger: Logger
}

interface Waiting extends ReportedTask {
  resolve(): void
  reject(reason: unknown): void
}

/** At most two appends of reports are in flight, as in the Postgres adapter; reports that come meanwhile make the next batch. */
const batchesInFlight = 2
const tasksPerBatch = 256

/**
 * Gathers the reports of all agents into few appends. The first batch waits for the end of the event loop's turn, so that it has the
 * reports of all sockets that were readable; a timer would only add latency. Reports of one task are never in flight twice, because
 * a later one must be decided on the state that the earlier one left. Nor are the cron runs of one agent that begin tasks, so that
 * these tasks are in the log in the order of the runs.
 */
export function reportIntake(options: ReportIntakeOptions): ReportIntake {
  const { decisions, metrics } = options
  let waiting: Waiting[] = []
  const busy = new Set<string>()
  let inFlight = 0
  let isScheduled = false

  function schedule(): void {
    if (isScheduled || inFlight >= batchesInFlight || waiting.length === 0) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      flush()
    })
  }

  function flush(): void {
    while (inFlight < batchesInFlight) {
      const batch = take()
      if (batch.length === 0) return
      inFlight += 1
      void run(batch)
    }
  }

  /** Takes the next reports whose tasks have none in flight. The reports of one task stay in order. */
  function take(): Waiting[] {
    const batch: Waiting[] = []
    const left: Waiting[] = []
    const behind = new Set<string>()
    let looked = 0
    // What comes after a full batch is not looked at: with thousands that wait, each batch would look at all of them.
    for (; looked < waiting.length && batch.length < tasksPerBatch; looked++) {
      const one = waiting[looked] as Waiting
      const keys = keysOf(one)
      if (!keys.some((key) => busy.has(key) || behind.has(key))) batch.push(one)
      else {
        for (const key of keys) behind.add(key)
        left.push(one)
      }
    }
    waiting = left.length === 0 ? waiting.slice(looked) : [...left, ...waiting.slice(looked)]
    for (const one of batch) for (const key of keysOf(one)) busy.add(key)
    return batch
  }

  async function run(batch: readonly Waiting[]): Promise<void> {
    await recordBatch(batch)
    for (const one of batch) for (const key of keysOf(one)) busy.delete(key)
    inFlight -= 1
    flush()
  }

  async function recordBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const known = await contexts(
        batch.filter((one) => !isBegun(one)),
        options,
      )
      const asked = batch.filter((one) => isBegun(one) || known.has(one.stream))
      const handled = asked.length === 0 ? [] : await decisions.handleMany(asked.map((one) => handleOf(one, known.get(one.stream))))
      for (const [index, one] of asked.entries()) if (isBegun(one)) begun(one, handled[index], options)
      metrics.reports(batch.reduce((count, { commands }) => count + commands.length, 0))
      for (const one of batch) one.resolve()
    } catch (error) {
      if (batch.length === 1 || asElvesError(error).canRetry) for (const one of batch) one.reject(error)
      // A report that cannot be written must not make the others fail.
      else for (const one of batch) await recordBatch([one])
    }
  }

  return {
    add(reported) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiting.push({ ...reported, resolve, reject })
      schedule()
      return promise
    },
    async expect(tasks) {
      const unknown = tasks.filter(({ stream }) => !options.openTasks.find(stream))
      for (const { stream, events } of unknown) if (events !== null) remembered(stream, events, options)
      await readTasks(
        unknown.flatMap(({ stream, events }) => (events === null ? [stream] : [])),
        options,
      )
    },
  }
}

/** `task` is undefined if the reports begin the task. */
function handleOf({ agentId, taskId, stream, commands }: ReportedTask, task: OpenTask | undefined): TaskHandle {
  const actor = { kind: 'AGENT', id: agentId, name: null } as const
  if (!task) return { stream, commands, context: { actor, correlationId: taskId, causationId: null, metadata: {} }, isNew: true }
  const { correlationId, metadata } = task.context
  return { stream, commands, context: { actor, correlationId, causationId: task.dispatchId, metadata } }
}

/** Returns true if the reports begin their task: a run of the agent's own cron. */
function isBegun({ commands }: ReportedTask): boolean {
  return commands[0]?.type === 'RecordCronRun'
}

/** No two batches in flight have a key in common. */
function keysOf(one: ReportedTask): readonly string[] {
  return isBegun(one) ? [one.stream, `runs of ${one.agentId}`] : [one.stream]
}

/** Remembers a task that its agent began. A run that is refused can't be true, so it is dropped, logged and receipted. */
function begun({ agentId, stream, commands }: ReportedTask, handled: TaskHandled | undefined, options: ReportIntakeOptions): void {
  if (!handled?.rejection) {
    if (handled?.recorded[0]?.version === 0) remembered(stream, handled.recorded, options)
    return
  }
  options.metrics.reportsOfUnknownTasks(commands.length)
  const { rejected, message } = handled.rejection
  options.logger.error({ agentId, stream, code: rejected, reason: message }, 'dropped a run of an agent’s own cron that can not be recorded')
}

/**
 * Returns the tasks of these reports, by stream: from memory, otherwise (after a restart, or if another process dispatched them) by
 * one read for all.
 */
async function contexts(batch: readonly ReportedTask[], options: ReportIntakeOptions): Promise<ReadonlyMap<string, OpenTask>> {
  const { openTasks } = options
  const known = new Map<string, OpenTask>()
  const missing = new Set<string>()
  for (const { stream } of batch) {
    const task = openTasks.find(stream)
    if (task) known.set(stream, task)
    else missing.add(stream)
  }
  if (missing.size === 0) return known
  for (const [stream, task] of await readTasks([...missing], options)) known.set(stream, task)
  dropUnknown(batch, known, options)
  return known
}

/** Reads tasks with one call; returns those that exist, by stream. Decisions take their state from the same read. */
async function readTasks(streams: readonly string[], options: ReportIntakeOptions): Promise<ReadonlyMap<string, OpenTask>> {
  const tasks = new Map<string, OpenTask>()
  const read = streams.length === 0 ? [] : await options.store.readStreams(streams)
  for (const [index, stream] of streams.entries()) {
    const task = remembered(stream, read[index] ?? [], options)
    if (task) tasks.set(stream, task)
  }
  return tasks
}

/** Remembers a task by all its events so far; null if they are none of a task that was dispatched. */
function remembered(stream: string, events: readonly RecordedEvent[], { openTasks, decisions }: ReportIntakeOptions): OpenTask | null {
  const task = taskOf(events)
  if (!task) return null
  decisions.adopt(stream, events)
  if (task.isOpen) openTasks.add(stream, task, null)
  return task
}

function taskOf(events: readonly RecordedEvent[]): (OpenTask & { isOpen: boolean }) | null {
  const dispatch = dispatchOf(events)
  const dispatched = events.findLast(({ event }) => event.type === 'TaskDispatched')
  const story = taskStory(events)
  if (!dispatch || !dispatched || !story) return null
  return { context: dispatch.context, dispatchId: dispatched.id, story, isOpen: !hasEnded(taskStateOf(events).phase) }
}

/** Drops reports of tasks that nobody requested, because there is no stream for them. They are logged, counted and receipted. */
function dropUnknown(batch: readonly ReportedTask[], known: ReadonlyMap<string, OpenTask>, { metrics, logger }: ReportIntakeOptions): void {
  for (const { agentId, stream, commands } of batch) {
    if (known.has(stream)) continue
    metrics.reportsOfUnknownTasks(commands.length)
    logger.warn({ agentId, stream, reports: commands.map(({ type }) => type) }, 'dropped reports of a task that nobody asked for')
  }
}
