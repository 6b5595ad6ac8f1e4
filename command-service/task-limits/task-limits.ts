import type { Caller } from '@elves/core/command-api/command.ts'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import type { DenialEvent } from '@elves/core/domain/denial/denial.ts'
import type { LimitedKind } from '@elves/core/domain/limit/limit.ts'
import type { TaskGuard } from '@elves/core/domain/task/commands.ts'
import { isEnd } from '@elves/core/domain/task/state.ts'
import { taskAggregate } from '@elves/core/domain/task/task.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import type { RefusalCode } from '@elves/core/foundation/codes.ts'
import { type GuardedCall, outcomeOf } from '@elves/core/limits/known-guard.ts'
import type { KnownLimit } from '@elves/core/limits/known-limit.ts'
import { type LimitsState, limitEventTypes, limitPrefixes } from '@elves/core/limits/limits-state.ts'
import { type LimitedThing, limitedBy, senderOf } from './limited-by.ts'
import { type CountsBegun, TaskCounts } from './task-counts.ts'

/** A task that somebody asks for. */
export interface AskedTask extends GuardedCall {
  readonly stream: string
  readonly agentId: string
  readonly context: Pick<Caller, 'actor' | 'correlationId' | 'metadata'>
  /** Whether it would be dispatched at once. */
  readonly isStarting: boolean
  /** Whether it may wait for its turn. */
  readonly mayWait: boolean
  /** Whether somebody waits for the answer who can not wait for an approval. */
  readonly isImpatient: boolean
}

export interface LimitVerdict {
  readonly refusal: Rejection | null
  /** Guards that look out for the call and let it be asked for. */
  readonly guards: readonly TaskGuard[]
  /** True: it waits for its turn. */
  readonly isFull: boolean
}

/** A task that is to be dispatched. */
export interface TurnAsked {
  readonly stream: string
  readonly agentId: string
  readonly app: string
  readonly sender: LimitedThing | null
}

/** What a part that makes tasks has to ask. */
export interface TaskLimiting {
  /** Returns for each whether it may be asked for, and counts those that may. Call {@link undo} for what was not written then. */
  verdicts(asked: readonly AskedTask[]): Promise<readonly LimitVerdict[]>
  undo(stream: string): void
  /** Returns for each whether it may be dispatched now, and counts it as running. Call {@link notStarted} for what was not. */
  turns(asked: readonly TurnAsked[]): Promise<readonly boolean[]>
  notStarted(stream: string): void
  /** Returns those of tasks that wait for their turn which may have it now, in their order. */
  stillFree(streams: readonly string[]): Promise<readonly string[]>
}

/** Limits and guards in memory. */
export interface KnownLimits {
  observe(events: readonly RecordedEvent[]): void
  forget(): void
  state(): Promise<LimitsState>
}

/** Makes events of refusals. */
export interface TellsRefusals {
  tell(caller: AskedTask['context'], refusal: Omit<DenialEvent['data'], 'count' | 'firstAt' | 'lastAt'>): void
}

export interface TaskLimitsOptions {
  readonly known: KnownLimits
  /** Reads what there is now. */
  readonly begin: () => Promise<CountsBegun>
  readonly denials: TellsRefusals
  /** ms since the epoch. */
  readonly now?: () => number
}

/** Nothing is limited or guarded. */
export const unlimited: TaskLimiting = {
  verdicts: async (asked) => asked.map(() => allowed),
  undo: () => undefined,
  turns: async (asked) => asked.map(() => true),
  notStarted: () => undefined,
  stillFree: async (streams) => streams,
}

const allowed: LimitVerdict = { refusal: null, guards: [], isFull: false }
const words: Readonly<Record<LimitedKind, string>> = { USER: 'user', AUTH_KEY: 'auth key', APP: 'app', AGENT: 'agent' }

/** Knows how much each may have, counts what they have, and says no to what is more. Where nothing is limited, nothing is counted. */
export class TaskLimits implements TaskLimiting {
  readonly #options: TaskLimitsOptions
  readonly #now: () => number
  readonly #turns: ((taskIds: readonly string[]) => void)[] = []
  #counts: TaskCounts | null = null
  #loading: Promise<TaskCounts> | null = null
  #arrived: RecordedEvent[] = []

  constructor(options: TaskLimitsOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** Calls the listener with tasks that waited for their turn and may have it, the one that waits longest first: more than can have it now. */
  onTurns(listener: (taskIds: readonly string[]) => void): void {
    this.#turns.push(listener)
  }

  observe(events: readonly RecordedEvent[]): void {
    this.#options.known.observe(events)
    if (this.#counts) this.#counts.observe(events)
    else if (this.#loading) this.#arrived.push(...events.filter(({ stream }) => stream.startsWith('task-')))
    // Another instance let it wait; here nobody may ever have asked.
    else if (this.#turns.length > 0 && events.some(waitsForTurn)) void this.#loadedLater()
    if (this.#counts && events.some(givesTurns)) this.#offerTurns(this.#counts)
  }

  #offerTurns(counts: TaskCounts): void {
    if (this.#turns.length === 0) return
    this.state()
      .then((state) => {
        const now = this.#now()
        const streams = counts.waitingForTurn((thing) => !over(state, counts, thing, 'runningTasks', now), offeredAtMost)
        if (streams.length === 0) return
        const taskIds = streams.map((stream) => taskAggregate.idOf(stream) ?? '')
        for (const listener of this.#turns) listener(taskIds)
      })
      // Who asks for a task next is told of it.
      .catch(() => undefined)
  }

  /** Takes what this instance has just written about tasks. */
  written(events: readonly RecordedEvent[]): void {
    this.#counts?.written(events)
  }

  unreadable(stream: string): void {
    if (limitPrefixes.some((prefix) => stream.startsWith(prefix))) this.#options.known.forget()
  }

  state(): Promise<LimitsState> {
    return this.#options.known.state()
  }

  async verdicts(asked: readonly AskedTask[]): Promise<readonly LimitVerdict[]> {
    const state = await this.state()
    if (state.limits.size === 0 && state.guards.size === 0) return asked.map(() => allowed)
    const counts = state.limits.size === 0 ? null : await this.#loaded()
    return asked.map((one) => {
      const guarded = guardsOn(state, one)
      const verdict = guarded.refusal || !counts ? guarded : { ...guarded, ...this.#counted(state, counts, one, guarded) }
      if (verdict.refusal) this.#tell(one, verdict.refusal)
      return verdict
    })
  }

  undo(stream: string): void {
    this.#counts?.undo(stream)
  }

  async turns(asked: readonly TurnAsked[]): Promise<readonly boolean[]> {
    const state = await this.state()
    if (state.limits.size === 0) return asked.map(() => true)
    const counts = await this.#loaded()
    return asked.map((one) => {
      const isFull = limitedBy(one, one.sender).some((thing) => over(state, counts, thing, 'runningTasks', this.#now()))
      if (!isFull) counts.turn(one.stream, true)
      return !isFull
    })
  }

  notStarted(stream: string): void {
    this.#counts?.turn(stream, false)
  }

  async stillFree(streams: readonly string[]): Promise<readonly string[]> {
    const state = await this.state()
    if (state.limits.size === 0) return streams
    const counts = await this.#loaded()
    const now = this.#now()
    const free = new Set(counts.waitingForTurn((thing) => !over(state, counts, thing, 'runningTasks', now), Number.POSITIVE_INFINITY))
    return streams.filter((stream) => free.has(stream))
  }

  #counted(state: LimitsState, counts: TaskCounts, one: AskedTask, { guards }: LimitVerdict): Pick<LimitVerdict, 'refusal' | 'isFull'> {
    // A repeated request is the task that is counted already. If that was not written after all, this one is in its place.
    if (counts.has(one.stream)) return { refusal: null, isFull: one.isStarting && !counts.runs(one.stream) }
    const now = this.#now()
    const things = limitedBy(one, senderOf(one.context))
    for (const [name, code] of quotas) {
      const reached = things.find((thing) => over(state, counts, thing, name, now))
      if (reached) return { refusal: refusalOf(code, state, reached, name, one), isFull: false }
    }
    const isApproved = guards.every(({ outcome }) => outcome !== 'APPROVE')
    const isStarting = one.isStarting && isApproved
    const full = isStarting ? things.find((thing) => over(state, counts, thing, 'runningTasks', now)) : undefined
    if (full && !one.mayWait) return { refusal: refusalOf('CONCURRENCY_REACHED', state, full, 'runningTasks', one), isFull: true }
    counts.reserve(one.stream, things, isStarting && !full, now)
    return { refusal: null, isFull: full !== undefined }
  }

  #tell({ context, app, func, agentId }: AskedTask, { rejected: code, message }: Rejection): void {
    this.#options.denials.tell(context, { permission: 'RUN', command: 'runTasks', app, func, agentId, message, code })
  }

  #loaded(): Promise<TaskCounts> | TaskCounts {
    if (this.#counts) return this.#counts
    this.#loading ??= this.#load()
    return this.#loading
  }

  async #loadedLater(): Promise<void> {
    try {
      await this.#loaded()
    } catch {
      // Who asks for a task next is told of it.
    }
  }

  async #load(): Promise<TaskCounts> {
    try {
      const counts = new TaskCounts(await this.#options.begin())
      counts.observe(this.#arrived)
      this.#counts = counts
      // What gave turns meanwhile was not heard.
      this.#offerTurns(counts)
      return counts
    } finally {
      this.#arrived = []
      this.#loading = null
    }
  }
}

/** Tasks of which some may be for agents that are not there. */
const offeredAtMost = 1_000

function waitsForTurn({ event }: RecordedEvent): boolean {
  return event.type === 'TaskWaiting' && event.data.reason === 'LIMIT'
}

/** Whether after this event a task may have its turn: another one does not run any more, it begins to wait, or a limit is another one. */
function givesTurns({ event }: RecordedEvent): boolean {
  if (event.type === 'TaskWaiting') return event.data.reason === 'LIMIT' || event.data.reason === 'RETRY'
  return isEnd(event.type) || limitEventTypes.includes(event.type)
}

const quotas = [
  ['openTasks', 'QUOTA_OPEN_TASKS'],
  ['tasksPerHour', 'QUOTA_TASKS_PER_HOUR'],
] as const

type Counted = (typeof quotas)[number][0] | 'runningTasks'

function over(state: LimitsState, counts: TaskCounts, thing: LimitedThing, name: Counted, now: number): boolean {
  const most = limitOn(state, thing)?.[name] ?? null
  return most !== null && counts.of(thing, now)[name] >= most
}

function limitOn(state: LimitsState, { kind, id }: LimitedThing): KnownLimit | null {
  return state.limitOf(kind, id)
}

function refusalOf(code: RefusalCode, state: LimitsState, thing: LimitedThing, name: Counted, { context: { actor } }: AskedTask): Rejection {
  const who = `${words[thing.kind]} ${thing.id === actor.id ? (actor.name ?? thing.id) : thing.id}`
  const most = limitOn(state, thing)?.[name] ?? 0
  const what = { openTasks: 'tasks that have not ended', tasksPerHour: 'tasks requested within an hour', runningTasks: 'running tasks' }[name]
  return rejection(code, `${who} may have ${most} ${what}, and has as many`)
}

/** The strictest guard decides; of those that let it be asked for, each is told. */
function guardsOn(state: LimitsState, { isImpatient, ...call }: AskedTask): LimitVerdict {
  const found = state.guardsOf(call)
  const refusing = found.find((guard) => outcomeOf(guard) === 'REFUSE')
  if (refusing) {
    return { ...allowed, refusal: rejection('CALL_GUARDED', refusing.message || `guard ${refusing.name} of ${call.app} refuses such a call`) }
  }
  const guards = found.map((guard): TaskGuard => {
    const { name, message, approvalMs } = guard
    return { name, message, approvalMs, outcome: outcomeOf(guard) === 'APPROVE' ? 'APPROVE' : 'WARN' }
  })
  const approving = guards.find(({ outcome }) => outcome === 'APPROVE')
  if (approving && isImpatient) {
    const message = `guard ${approving.name} of ${call.app} wants somebody to approve such a call: ask for it by GraphQL, where it can wait`
    return { ...allowed, refusal: rejection('APPROVAL_NEEDED', message) }
  }
  return { ...allowed, guards }
}
