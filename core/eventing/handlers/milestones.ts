import { ElvesError } from '../../foundation/errors.ts'
import { type Position, parsePosition } from '../position.ts'

interface Waiting {
  readonly position: Position
  arrive(): void
  fail(cause: unknown): void
}

/** Callers that wait for a handler to reach a position. */
export class Milestones {
  readonly #waiting = new Set<Waiting>()
  #passed: Position | null = null
  #closed: ElvesError | null = null

  pass(position: Position): void {
    this.#passed = position
    for (const waiting of this.#waiting) if (waiting.position <= position) waiting.arrive()
  }

  /** Call it when the handler will pass no further position. */
  close(cause: ElvesError): void {
    this.#closed = cause
    for (const waiting of this.#waiting) waiting.fail(cause)
  }

  /** Call it when the handler goes on after all. */
  reopen(): void {
    this.#closed = null
  }

  /** Throws POSITION_INVALID, POSITION_UNKNOWN (a position of another log), READ_MODEL_BEHIND. */
  async reached(position: Position, timeoutMs: number, name: string): Promise<void> {
    const { logId } = parsePosition(position)
    if (this.#passed !== null && parsePosition(this.#passed).logId !== logId) {
      throw new ElvesError('POSITION_UNKNOWN', 'the position is of another log', { facts: { position } })
    }
    if (this.#passed !== null && position <= this.#passed) return
    const behind = (cause?: unknown) =>
      new ElvesError('READ_MODEL_BEHIND', `${name} did not get to the position in time`, { canRetry: true, cause, facts: { name, position } })
    if (this.#closed) throw behind(this.#closed)
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer)
        this.#waiting.delete(waiting)
      }
      const arrive = () => {
        leave()
        resolve()
      }
      const fail = (cause?: unknown) => {
        leave()
        reject(behind(cause))
      }
      const waiting: Waiting = { position, arrive, fail }
      const timer = setTimeout(fail, timeoutMs)
      this.#waiting.add(waiting)
    })
  }
}
