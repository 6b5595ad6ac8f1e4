import type pg from 'pg'
import { asElvesError, type ElvesError } from '../../foundation/errors.ts'
import { pause } from '../../foundation/waiting.ts'
import { moveCheckpoint } from '../handlers/checkpoint.ts'
import { checkFence } from '../leases/lease.ts'
import type { Position } from '../position.ts'
import { inTransaction } from '../postgres/transaction.ts'

/** Pause between two moves. The next owner repeats at most what was done in it; in return, most batches save a transaction. */
const restMs = 500

export interface TrailingCheckpointOptions {
  readonly pool: pg.Pool
  readonly schema: string
  /** Name of the checkpoint and of the lease that it is moved under. */
  readonly name: string
  readonly token: number
  /** Present position of the checkpoint; null: none yet. */
  readonly from: Position | null
  /** Called once; the checkpoint moves no more after that. */
  readonly onFailed: (error: ElvesError) => void
}

/** A checkpoint for work that may be repeated. It follows the work at intervals, and is never ahead of it. */
export class TrailingCheckpoint {
  readonly #options: TrailingCheckpointOptions
  readonly #settling = new AbortController()
  #reached: Position | null
  #moved: Position | null
  #moving: Promise<void> = Promise.resolve()
  #isMoving = false
  #hasFailed = false

  constructor(options: TrailingCheckpointOptions) {
    this.#options = options
    this.#reached = options.from
    this.#moved = options.from
  }

  /** Call it when all work up to this position is done. */
  pass(position: Position): void {
    this.#reached = position
    if (!this.#isMoving) this.#moving = this.#follow()
  }

  /** Resolves when the checkpoint has caught up with the work, or can not. */
  async settle(): Promise<void> {
    this.#settling.abort()
    await this.#moving
    await this.#follow()
  }

  async #follow(): Promise<void> {
    this.#isMoving = true
    while (this.#reached !== null && this.#reached !== this.#moved && !this.#hasFailed) {
      await this.#move(this.#reached)
      if (!this.#settling.signal.aborted) await pause(restMs, this.#settling.signal)
    }
    this.#isMoving = false
  }

  async #move(to: Position): Promise<void> {
    const { pool, schema, name, token, onFailed } = this.#options
    try {
      await inTransaction(pool, async (client) => {
        await checkFence(client, name, token, schema)
        await moveCheckpoint(client, schema, { name, from: this.#moved, to })
      })
      this.#moved = to
    } catch (error) {
      this.#hasFailed = true
      onFailed(asElvesError(error))
    }
  }
}
