import type pg from 'pg'
import { asElvesError, type ElvesError } from '../../foundation/errors.ts'
import { pause } from '../../foundation/waiting.ts'
import { moveCheckpoint } from '../handlers/checkpoint.ts'
import { checkFence } from '../leases/lease.ts'
import type { Position } from '../position.ts'
import { inTransaction } from '../postgres/transaction.ts'

/** Between two moves: what a next owner repeats at most, for a transaction a batch saved. */
const restMs = 50

export interface TrailingCheckpointOptions {
  readonly pool: pg.Pool
  readonly schema: string
  /** Of the checkpoint and of the lease that it is moved under. */
  readonly name: string
  readonly token: number
  /** Where it is; null: nowhere yet. */
  readonly from: Position | null
  /** Once; after that it moves no more. */
  readonly onFailed: (error: ElvesError) => void
}

/** A checkpoint that follows work which may be repeated: behind it, never ahead, moved now and then beside it. */
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

  /** All up to here is done. */
  pass(position: Position): void {
    this.#reached = position
    if (!this.#isMoving) this.#moving = this.#follow()
  }

  /** Resolves when it is where the work is, or can't get there. */
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
