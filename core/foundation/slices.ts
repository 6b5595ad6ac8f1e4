import { setImmediate as othersTurn } from 'node:timers/promises'

/** About how long work on one request may hold the thread before other work gets its turn. */
const sliceMs = 10

/** Splits long work into slices: call `rest` between two small steps. It lets other work run if the present slice is used up. */
export class Slices {
  #endsAt = performance.now() + sliceMs

  async rest(): Promise<void> {
    if (performance.now() < this.#endsAt) return
    await othersTurn()
    this.#endsAt = performance.now() + sliceMs
  }
}
