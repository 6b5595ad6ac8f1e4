/** How often a page that nobody sees is brought up to date: a hidden page has no frames. */
const hiddenMs = 1_000

/** Nobody reads faster, and each time a list is drawn it leaves memory that the browser must collect. */
const shortestMs = 200

/** Gathers items and hands them on together, in the next frame, and five times a second at most: a thousand changes a second are five renderings. */
export function byFrame<Item>(take: (items: readonly Item[]) => void): { add(item: Item): void; stop(): void } {
  let gathered: Item[] = []
  let cancel: (() => void) | null = null
  let handedOnAt = Number.NEGATIVE_INFINITY
  const flush = () => {
    cancel = null
    handedOnAt = performance.now()
    const items = gathered
    gathered = []
    take(items)
  }
  return {
    add(item) {
      gathered.push(item)
      cancel ??= document.hidden ? later(flush) : nextFrame(flush, handedOnAt + shortestMs - performance.now())
    },
    stop() {
      cancel?.()
      cancel = null
      gathered = []
    },
  }
}

/** The first frame after `restMs`. A page that is hidden meanwhile gets its frame by a timer. */
function nextFrame(flush: () => void, restMs: number): () => void {
  let frame = 0
  const both = () => {
    stop()
    flush()
  }
  const request = () => {
    frame = requestAnimationFrame(both)
  }
  const rest = restMs > 0 ? setTimeout(request, restMs) : undefined
  if (restMs <= 0) request()
  const timer = setTimeout(both, hiddenMs)
  const stop = () => {
    clearTimeout(rest)
    cancelAnimationFrame(frame)
    clearTimeout(timer)
  }
  return stop
}

function later(flush: () => void): () => void {
  const timer = setTimeout(flush, hiddenMs)
  return () => clearTimeout(timer)
}
