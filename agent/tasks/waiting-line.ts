/** How many may run at once. */
export interface RunLimits {
  readonly concurrency: number
  readonly appConcurrency: number
  /** How many more may wait. */
  readonly waitingLimit: number
}

/** In an explanation; the rest is summed up. */
const appsNamed = 4

/** What waits has its parameter in memory: 10 000 of the largest would be 640 MB. */
const waitingBytes = 64 * 1024 * 1024

interface Place {
  /** Its number in the order of arrival. */
  readonly arrival: number
  readonly bytes: number
}

/** Who runs and who waits: first come, first served, but an app that has all its slots taken holds up no other app. */
export class WaitingLine<T> {
  readonly #limits: RunLimits
  readonly #running = new Map<string, number>()
  /** By app. */
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

  /** Takes a slot where one is free. */
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

  /** `bytes`: what it keeps in memory meanwhile. */
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

  /** Who has the slots that one of this app waits for, for people; null where one is free. */
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

  /** The next that may run, with a slot taken for it. */
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
