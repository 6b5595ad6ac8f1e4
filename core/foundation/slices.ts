import { setImmediate as othersTurn } from 'node:timers/promises'

/** Work on one request may hold the thread for about as long; then the others have their turn. */
const sliceMs = 10

/** For long work in small steps: `rest` between two steps lets others run, whenever a slice of time is used up. */
export class Slices {
  #endsAt = performance.now() + sliceMs

  async rest(): Promise<void> {
    if (performance.now() < this.#endsAt) return
    await othersTurn()
    this.#endsAt = performance.now() + sliceMs
  }
}
