import { tooSlow } from './change-queue.ts'

/** What a subscriber pulls from. A generator that waits ends only when what it waits for does: so that is closed first. */
export class SubscriberIterator<Item> {
  readonly #close: () => void
  readonly #failed: (error: unknown) => void
  #isDropped = false
  #items: AsyncGenerator<Item, void> | null = null

  constructor(close: () => void, failed: (error: unknown) => void) {
    this.#close = close
    this.#failed = failed
  }

  /** Ends it as too slow: what it holds is let go now, and its next pull says why. */
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
