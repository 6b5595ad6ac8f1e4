import { isEnd } from '@elves/core/domain/task/state.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { type LimitedThing, limitedBy, senderOf, thingKey } from './limited-by.ts'
import { minuteOf, minutesOfHour, type RateRow } from './task-rates.ts'

/** What is counted of one user, key, app or agent. */
export interface CountedTasks {
  readonly openTasks: number
  readonly tasksPerHour: number
  readonly runningTasks: number
}

interface Entry {
  /** What it counts for. */
  readonly things: readonly LimitedThing[]
  /** Of the last event that is in it; -1: it is reserved, and no event of it has come. */
  version: number
  readonly reservedAt: number
  isOpen: boolean
  isRunning: boolean
}

interface Count {
  open: number
  running: number
  /** By the minute. */
  readonly requested: Map<number, number>
}

/** A moment of the log, from which counts go on. */
export interface CountsBegun {
  /** The streams of the tasks that have not ended. */
  readonly open: readonly (readonly RecordedEvent[])[]
  readonly rates: readonly RateRow[]
  /** Position up to which `rates` have the log. */
  readonly upTo: string
}

/**
 * How many tasks each user, key, app and agent has, folded from the log. What this instance is about to write counts at once
 * ({@link reserve}), what others write when the log brings it.
 */
export class TaskCounts {
  readonly #entries = new Map<string, Entry>()
  readonly #counts = new Map<string, Count>()
  /** Streams of the tasks that wait for their turn, the one that waits longest first. */
  readonly #waitingForTurn = new Set<string>()
  /** Minutes up to this one are forgotten. */
  #forgotten = 0
  /** Until this position the rates have the log already. */
  #ratesUpTo = ''

  constructor({ open, rates, upTo }: CountsBegun) {
    this.#ratesUpTo = upTo
    for (const { kind, of, minute, count } of rates) {
      const requested = this.#countOf(`${kind} ${of}`).requested
      requested.set(minute, (requested.get(minute) ?? 0) + count)
    }
    for (const events of open) for (const event of events) this.#apply(event, false)
  }

  of(thing: LimitedThing, now: number): CountedTasks {
    const count = this.#counts.get(thingKey(thing))
    if (!count) return { openTasks: 0, tasksPerHour: 0, runningTasks: 0 }
    let tasksPerHour = 0
    for (const [minute, requested] of count.requested) {
      if (minute > minuteOf(now) - minutesOfHour) tasksPerHour += requested
      else count.requested.delete(minute)
    }
    return { openTasks: count.open, tasksPerHour, runningTasks: count.running }
  }

  /** Number of things of which something is counted. */
  get size(): number {
    return this.#counts.size
  }

  /** Returns the streams of the tasks that wait for their turn and may have it, the one that waits longest first, at most so many. */
  waitingForTurn(mayRun: (thing: LimitedThing) => boolean, most: number): readonly string[] {
    const found: string[] = []
    for (const stream of this.#waitingForTurn) {
      if (found.length === most) break
      if (this.#entries.get(stream)?.things.every(mayRun)) found.push(stream)
    }
    return found
  }

  /** Returns true if the task is counted already: its request is repeated. */
  has(stream: string): boolean {
    return this.#entries.has(stream)
  }

  /** Returns true if the task is counted as running. */
  runs(stream: string): boolean {
    return this.#entries.get(stream)?.isRunning === true
  }

  /** Counts a task that is about to be requested. Call {@link undo} if it was not. */
  reserve(stream: string, things: readonly LimitedThing[], isRunning: boolean, now: number): void {
    const entry = this.#add(stream, things, -1, now)
    if (isRunning) this.#run(entry, true)
  }

  /** Counts a task that is about to be dispatched, or is not after all. */
  turn(stream: string, isRunning: boolean): void {
    const entry = this.#entries.get(stream)
    if (entry?.isOpen) this.#run(entry, isRunning)
  }

  /** Takes back what was reserved and of which nothing was written. */
  undo(stream: string): void {
    const entry = this.#entries.get(stream)
    if (!entry || entry.version >= 0) return
    const minute = minuteOf(entry.reservedAt)
    for (const thing of entry.things) {
      const { requested } = this.#countOf(thingKey(thing))
      requested.set(minute, (requested.get(minute) ?? 0) - 1)
    }
    this.#close(stream, entry)
    this.#entries.delete(stream)
  }

  /** Takes what this instance has just written, before the log brings it. */
  written(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      const entry = this.#entries.get(event.stream)
      if (entry && event.version > entry.version) this.#step(entry, event)
    }
  }

  /** Takes what the log brings, of all instances, in its order. */
  observe(events: readonly RecordedEvent[]): void {
    for (const event of events) this.#apply(event, event.position > this.#ratesUpTo)
  }

  #apply(event: RecordedEvent, isRate: boolean): void {
    const { stream, version } = event
    if (!taskAggregate.isEvent(event)) return
    const known = this.#entries.get(stream)
    if (event.event.type === 'TaskRequested' && !known) {
      this.#add(stream, limitedBy(event.event.data, senderOf(event.context)), version, event.recordedAt, isRate)
      return
    }
    if (!known) return
    if (version > known.version) this.#step(known, event)
    // What this instance wrote itself is kept until now: its first event, which comes late, must not be counted again.
    if (isEnd(event.event.type)) this.#entries.delete(stream)
  }

  #step(entry: Entry, { stream, event, version }: RecordedEvent): void {
    entry.version = version
    if (isEnd(event.type)) {
      this.#close(stream, entry)
      return
    }
    switch (event.type) {
      case 'TaskDispatched':
        this.#run(entry, true)
        this.#waitingForTurn.delete(stream)
        return
      case 'TaskWaiting':
        this.#run(entry, false)
        if (event.data.reason === 'LIMIT') this.#waitingForTurn.add(stream)
        else this.#waitingForTurn.delete(stream)
        return
      case 'TaskAttemptEnded':
        this.#run(entry, false)
        return
      default:
    }
  }

  #add(stream: string, things: readonly LimitedThing[], version: number, at: number, isRate = true): Entry {
    const entry: Entry = { things, version, reservedAt: at, isOpen: true, isRunning: false }
    this.#entries.set(stream, entry)
    const minute = minuteOf(at)
    if (isRate) this.#forgetBefore(minute - minutesOfHour)
    for (const thing of things) {
      const count = this.#countOf(thingKey(thing))
      count.open += 1
      if (isRate) count.requested.set(minute, (count.requested.get(minute) ?? 0) + 1)
    }
    return entry
  }

  /** Once a minute: most things have no limit, so nobody asks for their counts. */
  #forgetBefore(minute: number): void {
    if (minute <= this.#forgotten) return
    this.#forgotten = minute
    for (const [key, { open, requested }] of this.#counts) {
      for (const one of requested.keys()) if (one <= minute) requested.delete(one)
      if (open === 0 && requested.size === 0) this.#counts.delete(key)
    }
  }

  #close(stream: string, entry: Entry): void {
    if (!entry.isOpen) return
    this.#run(entry, false)
    this.#waitingForTurn.delete(stream)
    entry.isOpen = false
    for (const key of entry.things.map(thingKey)) {
      const count = this.#countOf(key)
      count.open -= 1
      if (count.open === 0 && count.requested.size === 0) this.#counts.delete(key)
    }
  }

  #run(entry: Entry, isRunning: boolean): void {
    if (entry.isRunning === isRunning) return
    entry.isRunning = isRunning
    for (const thing of entry.things) this.#countOf(thingKey(thing)).running += isRunning ? 1 : -1
  }

  #countOf(key: string): Count {
    const known = this.#counts.get(key)
    if (known) return known
    const made: Count = { open: 0, running: 0, requested: new Map() }
    this.#counts.set(key, made)
    return made
  }
}
