import { uptime } from 'node:os'

/** The center's clock, as the agent estimates it. */
export interface CenterClock {
  /** Ms since the epoch, whole. Before the first sample it is the agent's own clock. */
  now(): number
  /** Returns true if the center has told its time since the clock was last in doubt. While false, no attempt may be judged by `notAfter`. */
  isSynchronized(): boolean
  /** Resolves when the clock is synchronized: at once, or with the next sample. */
  synchronized(): Promise<void>
  /** Takes a sample: the center's clock showed `centerMs` at some moment between the two readings of the monotonic clock. */
  sample(centerMs: number, sentAtMs: number, receivedAtMs: number): void
  /** When the center answered last, by the clock of this host, ms since the epoch; null: never. */
  sampledAt(): number | null
  /** Checks whether this host has slept or its clock was set. Call it regularly. */
  look(): void
  /** Asks the center for its time and resolves when the answer has come. */
  confirmed(): Promise<void>
  /** Calls the listener when the center should be asked for its time. Returns a function that removes the listener. */
  onAsk(listener: () => void): () => void
  /**
   * Calls the listener each time the clock becomes doubtful, with how long the host has slept (0 if it has not, or if
   * that is not known). Returns a function that removes the listener.
   */
  onDoubt(listener: (sleptMs: number) => void): () => void
}

/** The clocks of this host, in ms. */
export interface HostClocks {
  /** Stops while the host sleeps. */
  readonly monotonicMs: () => number
  /** Can be set by an operator or by time synchronization. */
  readonly wallMs: () => number
  /** Runs on while the host sleeps. */
  readonly uptimeMs: () => number
}

const hostClocks: HostClocks = { monotonicMs: () => performance.now(), wallMs: Date.now, uptimeMs: () => uptime() * 1000 }

/** How far the clocks of agent and center may drift apart per ms. A sample's bound grows by this with its age. */
const driftPerMs = 0.0002
/** If two clocks of this host differ by more than this between two checks, the host slept or one clock was set. */
const apartMs = 1_000
/** If two samples contradict each other by more than this, the center's clock was set. */
const contradictionMs = 50

interface Sample {
  readonly offsetMs: number
  readonly boundMs: number
  readonly at: number
}

/**
 * Uses the agent's monotonic clock, so a wrong wall clock does no harm. It keeps the sample with the narrowest bound:
 * half its round trip plus the possible drift since. The monotonic clock stops while the host sleeps, and a paused
 * machine may not even know that it slept. So if the clocks of the host disagree, the estimate is in doubt: the next
 * sample counts whatever its bound is, and samples that were asked for earlier do not count.
 */
export function centerClock(host: Partial<HostClocks> = {}): CenterClock {
  return new SampledClock({ ...hostClocks, ...host })
}

class SampledClock implements CenterClock {
  readonly #host: HostClocks
  readonly #doubtListeners = new Set<(sleptMs: number) => void>()
  readonly #askListeners = new Set<() => void>()
  #best: Sample | null = null
  #isInDoubt = true
  #doubtedAt = Number.NEGATIVE_INFINITY
  /** When the latest sample was asked for. */
  #askedAt = Number.NEGATIVE_INFINITY
  #looked: { readonly monotonic: number; readonly wall: number; readonly uptime: number }
  #waiting = Promise.withResolvers<void>()
  #sampledAt: number | null = null

  constructor(host: HostClocks) {
    this.#host = host
    this.#looked = this.#read()
  }

  now(): number {
    this.#lookAtWall()
    return Math.round(this.#best ? this.#host.monotonicMs() + this.#best.offsetMs : this.#host.wallMs())
  }

  isSynchronized(): boolean {
    this.#lookAtWall()
    return !this.#isInDoubt
  }

  async synchronized(): Promise<void> {
    while (!this.isSynchronized()) await this.#waiting.promise
  }

  sampledAt(): number | null {
    return this.#sampledAt
  }

  sample(centerMs: number, sentAtMs: number, receivedAtMs: number): void {
    this.#sampledAt = Date.now()
    this.look()
    // The answer may have waited in the socket while the host slept; then its round trip was longer than it looks.
    if (sentAtMs < this.#doubtedAt) return
    this.#askedAt = Math.max(this.#askedAt, sentAtMs)
    const given = { offsetMs: centerMs - (sentAtMs + receivedAtMs) / 2, boundMs: (receivedAtMs - sentAtMs) / 2, at: receivedAtMs }
    if (this.#isInDoubt || !this.#best || isBetter(given, this.#best)) this.#best = given
    this.#isInDoubt = false
    this.#waiting.resolve()
    this.#waiting = Promise.withResolvers()
  }

  look(): void {
    const before = this.#looked
    this.#looked = this.#read()
    const passedMs = this.#looked.monotonic - before.monotonic
    const sleptMs = this.#looked.uptime - before.uptime - passedMs
    const movedMs = this.#looked.wall - before.wall - passedMs
    if (sleptMs > apartMs) this.#doubt(sleptMs)
    else if (Math.abs(movedMs) > apartMs) this.#doubt(0)
  }

  async confirmed(): Promise<void> {
    const now = this.#host.monotonicMs()
    this.#ask()
    while (this.#askedAt < now || !this.isSynchronized()) await this.#waiting.promise
  }

  onDoubt(listener: (sleptMs: number) => void): () => void {
    this.#doubtListeners.add(listener)
    return () => this.#doubtListeners.delete(listener)
  }

  onAsk(listener: () => void): () => void {
    this.#askListeners.add(listener)
    return () => this.#askListeners.delete(listener)
  }

  #ask(): void {
    for (const listener of this.#askListeners) listener()
  }

  /** Checks the wall clock only: a sleep moves it too, and reading it costs almost nothing. */
  #lookAtWall(): void {
    const { monotonic, wall } = this.#looked
    const movedMs = this.#host.wallMs() - wall - (this.#host.monotonicMs() - monotonic)
    if (Math.abs(movedMs) > apartMs) this.look()
  }

  #doubt(sleptMs: number): void {
    if (this.#best) this.#best = { ...this.#best, offsetMs: this.#best.offsetMs + sleptMs }
    this.#isInDoubt = true
    this.#doubtedAt = this.#host.monotonicMs()
    for (const listener of this.#doubtListeners) listener(sleptMs)
    this.#ask()
  }

  #read() {
    return { monotonic: this.#host.monotonicMs(), wall: this.#host.wallMs(), uptime: this.#host.uptimeMs() }
  }
}

/**
 * Returns true if the new sample has the narrower bound, counting the drift since the best one, or if the two
 * contradict each other: then the newer one counts.
 */
function isBetter(given: Sample, best: Sample): boolean {
  const bestBoundMs = best.boundMs + (given.at - best.at) * driftPerMs
  return given.boundMs <= bestBoundMs || Math.abs(given.offsetMs - best.offsetMs) > given.boundMs + bestBoundMs + contradictionMs
}
