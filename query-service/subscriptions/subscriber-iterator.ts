import { tooSlow } from './change-queue.ts'

/** The iterator that a subscriber reads. A waiting generator ends only when the thing that it waits for ends, so that is closed first. */
export class SubscriberIterator<Item> {
  readonly #close: () => void
  readonly #failed: (error: unknown) => void
  #isDropped = false
  #items: AsyncGenerator<Item, void> | null = null

  constructor(close: () => void, failed: (error: unknown) => void) {
    this.#close = close
    this.#failed = failed
  }

  /** Ends the subscriber as too slow: frees what it holds now; its next pull throws SUBSCRIBER_TOO_SLOW. */
  drop(): void {
    this.#isDropped = true
    this.#close()
    void this.#items?.return()
  }

  over(items: AsyncGenerator<Item, void>): AsyncIterableIterator<Item> {
    this.#items = items
    const end = async (): Promise<void> => {
      this.#close()
      await items.return()
    }
    const iterator: AsyncIterableIterator<Item> & { throw(error: unknown): Promise<IteratorResult<Item>> } = {
      next: async () => {
        try {
          const result = await items.next()
          if (this.#isDropped) throw tooSlow()
          if (result.done) this.#close()
          return result as IteratorResult<Item>
        } catch (error) {
          this.#close()
          this.#failed(error)
          throw error
        }
      },
      return: async () => {
        await end()
        return { done: true, value: undefined }
      },
      throw: async (error) => {
        await end()
        throw error
      },
      [Symbol.asyncIterator]: () => iterator,
    }
    return iterator
  }
}
