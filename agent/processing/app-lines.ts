/** Limits for one app. */
export interface LineLimits {
  readonly atOnce: number
  /** Results that may wait, with those that are being handed on. */
  readonly waiting: number
  readonly bytes: number
}

interface Line {
  readonly app: string
  readonly keys: Set<string>
  bytes: number
  active: number
  readonly ready: string[]
}

interface Waiting {
  readonly line: Line
  readonly bytes: number
  timer: NodeJS.Timeout | null
}

/** A line for each app: what waits, what is due, and what has been started of it. */
export class AppLines {
  readonly #limits: LineLimits
  readonly #start: (key: string) => void
  readonly #lines = new Map<string, Line>()
  readonly #waiting = new Map<string, Waiting>()
  #isStopped = false

  /** `start` is called for what is due; each start ends with `later` or `remove`. */
  constructor(limits: LineLimits, start: (key: string) => void) {
    this.#limits = limits
    this.#start = start
  }

  /** Takes a place in the line of the app; returns false if the line is full. `isForced`: even then. */
  reserve(key: string, app: string, bytes: number, isForced = false): boolean {
    const line = this.#lines.get(app) ?? { app, keys: new Set(), bytes: 0, active: 0, ready: [] }
    const isFull = line.keys.size >= this.#limits.waiting || (line.keys.size > 0 && line.bytes + bytes > this.#limits.bytes)
    if (isFull && !isForced) return false
    this.#lines.set(app, line)
    line.keys.add(key)
    line.bytes += bytes
    this.#waiting.set(key, { line, bytes, timer: null })
    return true
  }

  /** It is due, after those of its app that are due already. */
  ready(key: string): void {
    const waiting = this.#waiting.get(key)
    if (!waiting || this.#isStopped) return
    waiting.line.ready.push(key)
    this.#advance(waiting.line)
  }

  /** A start has ended; it is due again after the time. */
  later(key: string, ms: number): void {
    const waiting = this.#waiting.get(key)
    if (!waiting) return
    waiting.line.active -= 1
    if (!this.#isStopped) waiting.timer = setTimeout(() => this.ready(key), ms).unref()
    this.#advance(waiting.line)
  }

  /** A start has ended for good. */
  remove(key: string): void {
    const waiting = this.#waiting.get(key)
    if (!waiting) return
    const { line, bytes } = waiting
    this.#waiting.delete(key)
    line.keys.delete(key)
    line.bytes -= bytes
    line.active -= 1
    if (line.keys.size === 0) this.#lines.delete(line.app)
    this.#advance(line)
  }

  stop(): void {
    this.#isStopped = true
    for (const { timer } of this.#waiting.values()) if (timer) clearTimeout(timer)
  }

  #advance(line: Line): void {
    while (!this.#isStopped && line.active < this.#limits.atOnce) {
      const key = line.ready.shift()
      if (key === undefined) return
      line.active += 1
      this.#start(key)
    }
  }
}
