import { isEnd } from '@elves/core/domain/task/state.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { inlineText } from '@elves/schemas/codec/value.ts'
import type { EventContext, TaskRequested } from '@elves/schemas/generated/types.ts'

/** When a task reached each stage; it is told when the task ends. Instants are ms since the epoch; null: its last attempt has not got there. */
export interface TaskStory extends Pick<TaskRequested, 'app' | 'func'> {
  readonly requestedAt: number
  readonly dispatchedAt: number | null
  readonly acknowledgedAt: number | null
  readonly startedAt: number | null
}

/** What this process remembers of a task in flight, so that a report or an answer costs no read. */
export interface OpenTask {
  /** Context of its dispatch; the events of its reports carry the same correlation and metadata. */
  readonly context: EventContext
  /** Id of the event that dispatched it: the cause of what the agent reports. */
  readonly dispatchId: string
  /** The story of all its events that were seen here. */
  readonly story: TaskStory
}

/** A wait for the end of a task. `forget` gives it up. */
export interface EndWait {
  /** All events of the task up to its end; null if they have to be read from the stream. */
  readonly ended: Promise<readonly RecordedEvent[] | null>
  /** True once the end has come. */
  readonly isOver: boolean
  forget(): void
}

/** The tasks in flight that this process knows, and the waits for their ends. Keyed by stream. */
export interface OpenTasks {
  find(stream: string): OpenTask | undefined
  /** Remembers a task. If `events` (its whole stream so far) are given, they are kept up to date for the answer. */
  add(stream: string, task: OpenTask, events: readonly RecordedEvent[] | null): void
  /** Takes new events of one stream or of many, in order; skips those seen before. */
  observe(events: readonly RecordedEvent[]): void
  /** Fails with SHUTTING_DOWN if the process stops first, and with OVERLOADED if too many requests wait. */
  waitForEnd(stream: string): EndWait
  readonly openCount: number
  readonly waiterCount: number
  /** Bytes of the events that are kept for waiting requests. */
  readonly keptBytes: number
  /** Answers every waiter with SHUTTING_DOWN. */
  close(): void
}

interface Waiter {
  isOver: boolean
  resolve(events: readonly RecordedEvent[] | null): void
  reject(error: ElvesError): void
}

interface Entry extends OpenTask {
  dispatchId: string
  story: TaskStory
  events: RecordedEvent[] | null
  keptBytes: number
}

const defaultWaiterLimit = 100_000
/** Most bytes of events that are kept for waiting requests. Beyond this, the stream is read at the end. */
const keptBytesMost = 64 * 1024 * 1024

export function openTasks(waiterLimit = defaultWaiterLimit, keptBytesLimit = keptBytesMost): OpenTasks {
  const entries = new Map<string, Entry>()
  const waiters = new Map<string, Set<Waiter>>()
  let waiterCount = 0
  let keptBytes = 0
  let isClosed = false

  /** Keeps the event if there is room for it; otherwise lets all events of the task go. */
  function keep(entry: Entry, recorded: RecordedEvent): void {
    const bytes = bytesOf(recorded)
    if (keptBytes + bytes > keptBytesLimit) letGo(entry)
    else {
      entry.events?.push(recorded)
      entry.keptBytes += bytes
      keptBytes += bytes
    }
  }

  function letGo(entry: Entry | undefined): void {
    if (!entry) return
    keptBytes -= entry.keptBytes
    entry.keptBytes = 0
    entry.events = null
  }

  function observeOne(recorded: RecordedEvent): void {
    const { stream, version } = recorded
    const entry = entries.get(stream)
    if (entry) {
      entry.story = continued(entry.story, recorded)
      // A further attempt. What the agent reports from now on is about it.
      if (recorded.event.type === 'TaskDispatched') entry.dispatchId = recorded.id
    }
    if (entry?.events) {
      if (version === entry.events.length) keep(entry, recorded)
      else if (version > entry.events.length)
        letGo(entry) // a gap: the stream has to be read
      else return
    }
    if (!isEnd(recorded.event.type)) return
    entries.delete(stream)
    const events = entry?.events ?? null
    letGo(entry)
    const waiting = waiters.get(stream)
    if (!waiting) return
    waiters.delete(stream)
    waiterCount -= waiting.size
    for (const waiter of waiting) {
      waiter.isOver = true
      waiter.resolve(events)
    }
  }

  function addWaiter(stream: string, waiter: Waiter): void {
    const waiting = waiters.get(stream)
    if (waiting) waiting.add(waiter)
    else waiters.set(stream, new Set([waiter]))
    waiterCount += 1
  }

  function removeWaiter(stream: string, waiter: Waiter): void {
    const waiting = waiters.get(stream)
    if (!waiting?.delete(waiter)) return
    waiterCount -= 1
    if (waiting.size === 0) waiters.delete(stream)
  }

  return {
    find: (stream) => entries.get(stream),
    add(stream, { context, dispatchId, story }, events) {
      letGo(entries.get(stream))
      const entry: Entry = { context, dispatchId, story, events: events ? [] : null, keptBytes: 0 }
      entries.set(stream, entry)
      for (const recorded of events ?? []) if (entry.events) keep(entry, recorded)
    },
    observe(events) {
      for (const recorded of events) observeOne(recorded)
    },
    waitForEnd(stream) {
      if (isClosed) throw shuttingDown()
      if (waiterCount >= waiterLimit) throw new ElvesError('OVERLOADED', `${waiterCount} requests wait for their tasks already`, { canRetry: true })
      const { promise, resolve, reject } = Promise.withResolvers<readonly RecordedEvent[] | null>()
      const waiter: Waiter = { isOver: false, resolve, reject }
      addWaiter(stream, waiter)
      return {
        ended: promise,
        get isOver() {
          return waiter.isOver
        },
        forget: () => removeWaiter(stream, waiter),
      }
    },
    get openCount() {
      return entries.size
    },
    get waiterCount() {
      return waiterCount
    },
    get keptBytes() {
      return keptBytes
    },
    close() {
      isClosed = true
      for (const waiting of waiters.values()) for (const waiter of waiting) waiter.reject(shuttingDown())
      waiters.clear()
      waiterCount = 0
    },
  }
}

/** Returns about how many bytes an event takes: its parameter and its result make it large. */
function bytesOf({ event }: RecordedEvent): number {
  const param = 'param' in event.data ? inlineText(event.data.param) : null
  const result = 'output' in event.data ? inlineText(event.data.output?.message ?? null) : null
  return 512 + (param?.length ?? 0) + (result?.length ?? 0)
}

/** The error that answers every command while the process stops. */
export function shuttingDown(): ElvesError {
  return new ElvesError('SHUTTING_DOWN', 'command-service is stopping', { canRetry: true })
}

/** Returns null if the events do not begin with the task's request. */
export function taskStory(events: readonly RecordedEvent[]): TaskStory | null {
  const [first] = events
  if (first?.event.type !== 'TaskRequested') return null
  const { app, func } = first.event.data
  const begun: TaskStory = { app, func, requestedAt: first.recordedAt, dispatchedAt: null, acknowledgedAt: null, startedAt: null }
  return events.reduce(continued, begun)
}

/** Returns the story with one more event. An event that it already has changes nothing. */
export function continued(story: TaskStory, recorded: RecordedEvent): TaskStory {
  switch (recorded.event.type) {
    case 'TaskDispatched':
      return { ...story, dispatchedAt: recorded.recordedAt, acknowledgedAt: null, startedAt: null }
    case 'TaskAcknowledged':
      return { ...story, acknowledgedAt: instantOf(recorded) }
    case 'TaskStarted':
      return { ...story, startedAt: instantOf(recorded) }
    default:
      return story
  }
}

/** Returns when the event happened by the agent's clock, or else when it was recorded. */
export function instantOf({ event, recordedAt }: RecordedEvent): number {
  return 'happenedAt' in event.data ? event.data.happenedAt : recordedAt
}
