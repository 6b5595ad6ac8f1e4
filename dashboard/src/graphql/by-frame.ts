/** How often a page that nobody sees is brought up to date: a hidden page has no frames. */
const hiddenMs = 1_000

/** Gathers items and hands them on together, once a frame: a thousand changes a second are at most sixty renderings. */
export function byFrame<Item>(take: (items: readonly Item[]) => void): { add(item: Item): void; stop(): void } {
  let gathered: Item[] = []
  let cancel: (() => void) | null = null
  const flush = () => {
    cancel = null
    const items = gathered
    gathered = []
    take(items)
  }
  return {
    add(item) {
      gathered.push(item)
      cancel ??= document.hidden ? later(flush) : nextFrame(flush)
    },
    stop() {
      cancel?.()
      cancel = null
      gathered = []
    },
  }
}

/** A page that is hidden between the request and the frame gets its frame by the timer. */
function nextFrame(flush: () => void): () => void {
  const both = () => {
    stop()
    flush()
  }
  const frame = requestAnimationFrame(both)
  const timer = setTimeout(both, hiddenMs)
  const stop = () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
  return stop
}

function later(flush: () => void): () => void {
  const timer = setTimeout(flush, hiddenMs)
  return () => clearTimeout(timer)
}
