/** How many may run at once. */
export interface RunLimits {
  readonly concurrency: number
  readonly appConcurrency: number
  /** How many more may wait. */
  readonly waitingLimit: number
}

/** In an explanation; the rest is summed up. */
const appsNamed = 4

/** Who runs and who waits: first come, first served, but an app that has all its slots taken holds up no other app. */
export class WaitingLine<T> {
  readonly #limits: RunLimits
  readonly #running = new Map<string, number>()
  /** By app, each with its number in the order of arrival. */
  readonly #waiting = new Map<string, Map<T, number>>()
  #runningCount = 0
  #waitingCount = 0
  #arrivals = 0

  constructor(limits: RunLimits) {
    this.#limits = limits
  }

  get isFull(): boolean {
    return this.#waitingCount >= this.#limits.waitingLimit
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

  wait(app: string, item: T): void {
    const line = this.#waiting.get(app) ?? new Map<T, number>()
    this.#waiting.set(app, line.set(item, this.#arrivals++))
    this.#waitingCount += 1
  }

  leave(app: string, item: T): void {
    const line = this.#waiting.get(app)
    if (!line?.delete(item)) return
    this.#waitingCount -= 1
    if (line.size === 0) this.#waiting.delete(app)
  }

  /** Why one of this app has to wait, for people: who has the slots. */
  whoHasSlots(app: string): string {
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
      if (head && this.#hasSlot(app) && (!first || head[1] < first.arrival)) first = { app, item: head[0], arrival: head[1] }
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
