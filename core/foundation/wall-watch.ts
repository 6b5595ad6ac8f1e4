/** If two clocks differ by more than this between two looks, that is no drift: one of them was set, or stood still. */
const apartMs = 1_000

/**
 * Compares a wall clock (of a server, or of this host) with the monotonic clock of this process. A time span that is counted
 * from a time on a wall clock (a silence, a deadline) is only valid while the two advance together.
 */
export class WallWatch {
  #last: { readonly wallMs: number; readonly atMs: number; readonly boundMs: number } | null = null

  /**
   * Returns how far the wall clock has moved apart from the monotonic clock since the last look, in ms; 0 if it has not, and
   * at the first look. The wall clock was read between `sentAtMs` and `receivedAtMs`.
   */
  look(wallMs: number, sentAtMs: number, receivedAtMs: number): number {
    const before = this.#last
    const now = { wallMs, atMs: (sentAtMs + receivedAtMs) / 2, boundMs: (receivedAtMs - sentAtMs) / 2 }
    this.#last = now
    if (!before) return 0
    const movedMs = Math.round(now.wallMs - before.wallMs - (now.atMs - before.atMs))
    return Math.abs(movedMs) > apartMs + now.boundMs + before.boundMs ? movedMs : 0
  }
}
