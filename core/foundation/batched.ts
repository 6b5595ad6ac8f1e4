import { asElvesError } from './errors.ts'

/** A function that is called for one item at a time and works on many items at once. */
export type Batched<Item, Result> = (item: Item) => Promise<Result>

export interface BatchedOptions<Item, Result> {
  readonly maxBatch: number
  /** Returns the keys of an item. Items that share a key never go into the same batch; the later one goes into a later batch. */
  readonly keysOf: (item: Item) => readonly string[]
  /**
   * Works on a batch and returns the results in the order of the items. If it rejects for several items and a retry would
   * not help, it is called again for each item alone.
   */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>
}

interface Waiting<Item, Result> {
  readonly item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}

/** Runs one batch at a time, of all items that came while the last one ran: no timer, and no wait when idle. */
export function batched<Item, Result>({ maxBatch, keysOf, run }: BatchedOptions<Item, Result>): Batched<Item, Result> {
  let waiting: Waiting<Item, Result>[] = []
  let isRunning = false

  async function drain(): Promise<void> {
    isRunning = true
    // Items that are added in the same turn of the event loop go into the first batch.
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
      // Includes the keys of items that are left for later, so that no item overtakes an earlier one with the same key.
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
      // If a retry may help, trying each item alone would only fail once more for each.
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
