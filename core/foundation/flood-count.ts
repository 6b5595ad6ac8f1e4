/** How often something came in a window. Instants are ms since the epoch. */
export interface Times {
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
  /** From so many senders, up to a bound. */
  readonly senders: number
}

export interface FloodCountOptions<Told> {
  /** Tells one kind: at once the first of it, and at the end of the window how often it came again. */
  readonly write: (told: Told, times: Times) => void
  /** Returns what is told in one of those of a group that are not told one by one. */
  readonly others: (told: Told) => Told
  /** For so long repetitions are counted; default 1 minute. */
  readonly windowMs?: number | undefined
  /** So many different kinds of a group are told one by one in a window; default 20. */
  readonly toldOfGroup?: number
  readonly now?: (() => number) | undefined
}

export interface FloodKind {
  /** What is alike in all that are counted together. */
  readonly key: string
  /** Whose kinds have a bound together. */
  readonly group: string
  readonly sender?: string
}

interface Counted<Told> {
  readonly told: Told
  count: number
  firstAt: number
  lastAt: number
  readonly senders: Set<string>
}

/** So many kinds are counted at once, of all groups. */
const mostCounted = 10_000
const mostSenders = 1_000

/** Tells what may come in a flood by few words: the first of each kind at once, and a count of its repetitions at the end of the window. */
export class FloodCount<Told> {
  readonly #options: FloodCountOptions<Told>
  readonly #now: () => number
  readonly #counted = new Map<string, Counted<Told>>()
  readonly #told = new Map<string, number>()
  #timer: NodeJS.Timeout | null = null

  constructor(options: FloodCountOptions<Told>) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  tell({ key, group, sender = '' }: FloodKind, told: Told): void {
    const { windowMs = 60_000, toldOfGroup = 20, others, write } = this.#options
    const at = this.#now()
    this.#timer ??= setTimeout(() => this.endWindow(), windowMs).unref()
    // Of a group as a whole and of one kind: no key is both.
    const [own, ofGroup] = [`kind ${key}`, `group ${group}`]
    const known = this.#counted.get(own)
    if (known) {
      count(known, at, sender)
      return
    }
    const before = this.#told.get(group) ?? 0
    if (before < toldOfGroup && this.#counted.size < mostCounted) {
      this.#told.set(group, before + 1)
      this.#counted.set(own, { told, count: 0, firstAt: at, lastAt: at, senders: new Set() })
      write(told, { count: 1, firstAt: at, lastAt: at, senders: 1 })
      return
    }
    const counted = this.#counted.get(ofGroup)
    if (counted) count(counted, at, sender)
    else if (this.#counted.size < 2 * mostCounted) {
      this.#counted.set(ofGroup, { told: others(told), count: 1, firstAt: at, lastAt: at, senders: new Set([sender]) })
    }
  }

  /** Tells what was counted, and begins anew. */
  endWindow(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    for (const { told, count: times, firstAt, lastAt, senders } of this.#counted.values()) {
      if (times > 0) this.#options.write(told, { count: times, firstAt, lastAt, senders: senders.size })
    }
    this.#counted.clear()
    this.#told.clear()
  }
}

function count(counted: Counted<unknown>, at: number, sender: string): void {
  if (counted.count === 0) counted.firstAt = at
  counted.count += 1
  counted.lastAt = at
  if (counted.senders.size < mostSenders) counted.senders.add(sender)
}
