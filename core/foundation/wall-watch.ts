/** Two clocks that went apart by more between two looks did not drift: one was set, or stood. */
const apartMs = 1_000

/**
 * Watches a wall clock (of a server, or of this host) against the monotonic one of this process. What is counted from an
 * instant on a wall clock (a silence, a deadline) is only worth something while the two go together.
 */
export class WallWatch {
  #last: { readonly wallMs: number; readonly atMs: number; readonly boundMs: number } | null = null

  /** By how much the wall clock has moved otherwise than time has since the last look; 0 where it has not, and at the first. It was read between two readings of the monotonic clock. */
  look(wallMs: number, sentAtMs: number, receivedAtMs: number): number {
    const before = this.#last
    const now = { wallMs, atMs: (sentAtMs + receivedAtMs) / 2, boundMs: (receivedAtMs - sentAtMs) / 2 }
    this.#last = now
    if (!before) return 0
    const movedMs = Math.round(now.wallMs - before.wallMs - (now.atMs - before.atMs))
    return Math.abs(movedMs) > apartMs + now.boundMs + before.boundMs ? movedMs : 0
  }
}
