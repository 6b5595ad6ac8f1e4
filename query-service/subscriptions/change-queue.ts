import { ElvesError } from '@elves/core/foundation/errors.ts'

/** What a subscriber has not taken yet, bounded: whoever falls behind is closed, and costs the others nothing. */
export interface ChangeQueue<Item> {
  offer(item: Item, bytes: number): void
  /** The next item, or null after the close; throws SUBSCRIBER_TOO_SLOW once the bound was passed. */
  take(): Promise<Item | null>
  close(): void
  readonly isClosed: boolean
}

export interface QueueLimits {
  readonly items: number
  readonly bytes: number
}

export function changeQueue<Item>(limits: QueueLimits): ChangeQueue<Item> {
  let items: { item: Item; bytes: number }[] = []
  let taken = 0
  let heldBytes = 0
  let isClosed = false
  let isTooSlow = false
  let wake: (() => void) | null = null

  function rouse(): void {
    wake?.()
    wake = null
  }

  function shift(): Item | null {
    const next = items[taken]
    if (!next) return null
    taken++
    heldBytes -= next.bytes
    // Shifting an array is linear; cutting what was taken off now and then is not.
    if (taken === items.length || taken >= 1_024) {
      items = items.slice(taken)
      taken = 0
    }
    return next.item
  }

  return {
    offer(item, bytes) {
      if (isClosed || isTooSlow) return
      if (items.length - taken >= limits.items || (heldBytes > 0 && heldBytes + bytes > limits.bytes)) {
        isTooSlow = true
        items = []
        taken = 0
      } else {
        items.push({ item, bytes })
        heldBytes += bytes
      }
      rouse()
    },
    async take() {
      while (true) {
        if (isClosed) return null
        if (isTooSlow)
          throw new ElvesError('SUBSCRIBER_TOO_SLOW', 'the subscriber fell behind its buffer; resume after its last position', { canRetry: true })
        const item = shift()
        if (item !== null) return item
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    close() {
      isClosed = true
      items = []
      rouse()
    },
    get isClosed() {
      return isClosed
    },
  }
}
