import { uptime } from 'node:os'

/** The center's clock, as the agent estimates it. */
export interface CenterClock {
  /** Ms since the epoch, whole. Before the first sample it is the agent's own clock. */
  now(): number
  /** Whether the center has told its time since it was last in doubt: before, nothing may be judged by `notAfter`. */
  isSynchronized(): boolean
  /** Resolves when it is synchronized: at once, or with the next sample. */
  synchronized(): Promise<void>
  /** The center said `centerMs` somewhere between two readings of the monotonic clock. */
  sample(centerMs: number, sentAtMs: number, receivedAtMs: number): void
  /** Looks whether this host has slept or its clock was set; to be called now and then. */
  look(): void
  /** Has the center asked for its time, and resolves with what it answers. */
  confirmed(): Promise<void>
  /** Hears that the center is to be asked for its time. What it answers takes the listener away. */
  onAsk(listener: () => void): () => void
  /** Hears of each doubt, with how long the host has slept as far as that is known. What it answers takes the listener away. */
  onDoubt(listener: (sleptMs: number) => void): () => void
}

/** The clocks of this host, in ms. */
export interface HostClocks {
  /** Stands while the host sleeps. */
  readonly monotonicMs: () => number
  /** May be set. */
  readonly wallMs: () => number
  /** Goes on while the host sleeps. */
  readonly uptimeMs: () => number
}

const hostClocks: HostClocks = { monotonicMs: () => performance.now(), wallMs: Date.now, uptimeMs: () => uptime() * 1000 }

/** How far the two clocks may drift apart in a ms: a good sample loses its worth slowly. */
const driftPerMs = 0.0002
/** Two clocks of this host that went apart by more between two looks: it slept, or one of them was set. */
const apartMs = 1_000
/** Two samples that exclude each other by more: the center's clock was set. */
const contradictionMs = 50

interface Sample {
  readonly offsetMs: number
  readonly boundMs: number
  readonly at: number
}

/**
 * Counts on the agent's monotonic clock, so that a wall clock that is wrong moves nothing. Of the samples it keeps the one
 * with the narrowest bound: half its round trip, plus what may have drifted since. The monotonic clock stands while the host
 * sleeps, and a paused machine may not even know that it slept: where the clocks of the host do not go together, the next
 * sample counts, whatever it is, and none that was asked for before.
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
  /** When what was sampled last had been asked for. */
  #askedAt = Number.NEGATIVE_INFINITY
  #looked: { readonly monotonic: number; readonly wall: number; readonly uptime: number }
  #waiting = Promise.withResolvers<void>()

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

  sample(centerMs: number, sentAtMs: number, receivedAtMs: number): void {
    this.look()
    // It may have lain in the socket while the host slept: then its round trip is longer than it looks.
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

  /** A sleep moves the wall clock too, and to ask that one costs next to nothing. */
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

/** Narrower, by what the other one may have drifted since; or the two exclude each other, and the newer one counts. */
function isBetter(given: Sample, best: Sample): boolean {
  const bestBoundMs = best.boundMs + (given.at - best.at) * driftPerMs
  return given.boundMs <= bestBoundMs || Math.abs(given.offsetMs - best.offsetMs) > given.boundMs + bestBoundMs + contradictionMs
}
