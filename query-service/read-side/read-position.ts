import { type Position, parsePosition } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'

export interface ReadPosition {
  /** Resolves when all read models have got to the position; POSITION_UNKNOWN for another log's, READ_MODEL_BEHIND after the wait. */
  reached(position: Position): Promise<void>
  stop(): void
}

interface Waiting {
  readonly position: Position
  resolve(): void
}

const waitMs = 5_000
/** Notifications may be late: whoever waits looks this often too. */
const pollMs = 250

/** Knows how far the read models are; one question at a time, however many wait. */
export function readPosition(readModels: ReadModels): ReadPosition {
  let known: Position | null = null
  let asking: Promise<Position> | null = null
  const waiting = new Set<Waiting>()
  let poll: NodeJS.Timeout | undefined
  const unsubscribe = readModels.onCommit(() => {
    if (waiting.size > 0) void refresh().catch(() => {})
  })

  function refresh(): Promise<Position> {
    asking ??= readModels
      .position()
      .then(settle)
      .finally(() => {
        asking = null
      })
    return asking
  }

  function settle(position: Position): Position {
    known = position
    for (const one of [...waiting]) if (one.position <= position) one.resolve()
    return position
  }

  function wait(position: Position): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(() => reject(behind(position, known))), waitMs)
      const one: Waiting = { position, resolve: () => end(resolve) }
      const end = (settled: () => void): void => {
        clearTimeout(timer)
        waiting.delete(one)
        if (waiting.size === 0) poll = void clearInterval(poll)
        settled()
      }
      waiting.add(one)
      poll ??= setInterval(() => void refresh().catch(() => {}), pollMs)
      // A commit between the answer and here would have called nobody back.
      void refresh().catch(() => {})
    })
  }

  return {
    async reached(position) {
      const { logId } = parsePosition(position)
      if (known !== null && parsePosition(known).logId === logId && known >= position) return
      const now = await refresh()
      if (parsePosition(now).logId !== logId) throw new ElvesError('POSITION_UNKNOWN', 'the position is of another log', { facts: { position } })
      if (now < position) await wait(position)
    },
    stop() {
      unsubscribe()
      clearInterval(poll)
      for (const one of [...waiting]) one.resolve()
    },
  }
}

function behind(asked: Position, known: Position | null): ElvesError {
  const lag = known === null ? null : parsePosition(asked).sequence - parsePosition(known).sequence
  const message = `the read model is ${lag ?? 'an unknown number of'} positions behind after ${waitMs} ms`
  return new ElvesError('READ_MODEL_BEHIND', message, { canRetry: true, facts: { lag, position: known } })
}
