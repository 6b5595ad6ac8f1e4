/** How many attempts may run and wait. */
export interface RunLimits {
  readonly concurrency: number
  readonly appConcurrency: number
  /** How many attempts may wait besides those that run. */
  readonly waitingLimit: number
}

/** How many apps an explanation names; it gives only the sum for the others. */
const appsNamed = 4

/** Waiting attempts keep their parameters in memory: 10 000 of the largest would take 640 MB. */
const waitingBytes = 64 * 1024 * 1024

interface Place {
  /** Number in the order of arrival. */
  readonly arrival: number
  readonly bytes: number
}

/** Decides which attempts run and which wait: first come, first served, but an app whose slots are all taken does not hold up other apps. */
export class WaitingLine<T> {
  readonly #limits: RunLimits
  readonly #running = new Map<string, number>()
  /** The waiting attempts by app. */
  readonly #waiting = new Map<string, Map<T, Place>>()
  #runningCount = 0
  #waitingCount = 0
  #waitingBytes = 0
  #arrivals = 0

  constructor(limits: RunLimits) {
    this.#limits = limits
  }

  get isFull(): boolean {
    return this.#waitingCount >= this.#limits.waitingLimit || this.#waitingBytes >= waitingBytes
  }

  get waiting(): T[] {
    return [...this.#waiting.values()].flatMap((line) => [...line.keys()])
  }

  /** Takes a slot and returns true if one is free. */
  tryTake(app: string): boolean {
    if (!this.#hasSlot(app)) return false
    this.#runningCount += 1
    this.#running.set(app, (this.#running.get(app) ?? 0) + 1)
    return true
  }

  release(app: string): void {
    this.#runningCount -= 1
    const left = (this.#running.get(app) ?? 1) - 1
    if (left > 0) this.#running.set(app, left)
    else this.#running.delete(app)
  }

  /** Adds an attempt, which keeps `bytes` in memory while it waits. */
  wait(app: string, item: T, bytes: number): void {
    const line = this.#waiting.get(app) ?? new Map<T, Place>()
    this.#waiting.set(app, line.set(item, { arrival: this.#arrivals++, bytes }))
    this.#waitingCount += 1
    this.#waitingBytes += bytes
  }

  leave(app: string, item: T): void {
    const line = this.#waiting.get(app)
    const place = line?.get(item)
    if (!line || !place) return
    line.delete(item)
    this.#waitingCount -= 1
    this.#waitingBytes -= place.bytes
    if (line.size === 0) this.#waiting.delete(app)
  }

  /** Explains to people which apps have the slots that an attempt of this app waits for; null if a slot is free. */
  whoHasSlots(app: string): string | null {
    if (this.#hasSlot(app)) return null
    const { concurrency, appConcurrency } = this.#limits
    const ofApp = this.#running.get(app) ?? 0
    if (this.#runningCount < concurrency) return `the app ${app} had all ${appConcurrency} slots that one app may have`
    const most = [...this.#running].sort(([, a], [, b]) => b - a)
    const shown = most.slice(0, appsNamed).map(([name, count]) => `${name} ${count}`)
    const others = most.slice(appsNamed).reduce((sum, [, count]) => sum + count, 0)
    const list = [...shown, ...(others > 0 ? [`other apps ${others}`] : [])].join(', ')
    return `all ${concurrency} slots were taken (${list})${ofApp >= appConcurrency ? `, and ${app} may have no more than ${appConcurrency}` : ''}`
  }

  /** Removes and returns the next attempt that may run, and takes a slot for it. */
  next(): T | undefined {
    let first: { app: string; item: T; arrival: number } | undefined
    for (const [app, line] of this.#waiting) {
      const [head] = line
      if (head && this.#hasSlot(app) && (!first || head[1].arrival < first.arrival)) first = { app, item: head[0], arrival: head[1].arrival }
    }
    if (!first) return undefined
    this.leave(first.app, first.item)
    this.tryTake(first.app)
    return first.item
  }

  #hasSlot(app: string): boolean {
    return this.#runningCount < this.#limits.concurrency && (this.#running.get(app) ?? 0) < this.#limits.appConcurrency
  }
}
