import { asElvesError } from './errors.ts'

/** Work that is asked for one by one and done many at once. */
export type Batched<Item, Result> = (item: Item) => Promise<Result>

export interface BatchedOptions<Item, Result> {
  readonly maxBatch: number
  /** Items that must not be in one batch have a key in common; the later one goes into a later batch. */
  readonly keysOf: (item: Item) => readonly string[]
  /** Answers in the order of the items. Where it rejects for several and a retry would not help, it is asked again for each alone. */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>
}

interface Waiting<Item, Result> {
  readonly item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}

/** One batch at a time, of all that came while the last one ran: no timer, no wait when idle. */
export function batched<Item, Result>({ maxBatch, keysOf, run }: BatchedOptions<Item, Result>): Batched<Item, Result> {
  let waiting: Waiting<Item, Result>[] = []
  let isRunning = false

  async function drain(): Promise<void> {
    isRunning = true
    // What the same turn of the event loop asks for goes into the first batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) await runBatch(takeBatch())
    isRunning = false
  }

  function takeBatch(): Waiting<Item, Result>[] {
    const batch: Waiting<Item, Result>[] = []
    const later: Waiting<Item, Result>[] = []
    const taken = new Set<string>()
    for (const entry of waiting) {
      const keys = keysOf(entry.item)
      const isFree = batch.length < maxBatch && keys.every((key) => !taken.has(key))
      // Also the keys of those left for later: nobody overtakes.
      for (const key of keys) taken.add(key)
      if (isFree) batch.push(entry)
      else later.push(entry)
    }
    waiting = later
    return batch
  }

  async function runBatch(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await run(batch.map(({ item }) => item))
      for (const [index, entry] of batch.entries()) entry.resolve(results[index] as Result)
    } catch (error) {
      // What may pass by itself would only fail once more for each.
      const isSharedFate = batch.length === 1 || asElvesError(error).canRetry
      if (isSharedFate) for (const entry of batch) entry.reject(error)
      else for (const entry of batch) await runBatch([entry])
    }
  }

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (!isRunning) void drain()
    })
}
