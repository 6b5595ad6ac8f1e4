import { type Position, parsePosition } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { leastPosition } from '@elves/core/read-models/projector-states.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import type { ReadModelName } from '@elves/core/read-models/registry.ts'

export interface ReadPosition {
  /**
   * Resolves when these read models have reached the position, however far the others are. Throws POSITION_UNKNOWN for
   * the position of another log, READ_MODEL_BEHIND (canRetry) after a wait, by default of 5 s.
   */
  reached(position: Position, names: readonly ReadModelName[]): Promise<void>
  stop(): void
}

type Positions = ReadonlyMap<ReadModelName, Position>

interface Waiting {
  isReached(positions: Positions): boolean
  resolve(): void
}

const defaultWaitMs = 5_000
/** A notification may be late, so positions are also read this often while a request waits. */
const pollMs = 250

/** Knows how far each read model is. It runs one database query at a time, however many requests wait. */
export function readPosition(readModels: ReadModels, waitMs: number = defaultWaitMs): ReadPosition {
  let known: Positions = new Map()
  let asking: Promise<Positions> | null = null
  const waiting = new Set<Waiting>()
  let poll: NodeJS.Timeout | undefined
  const unsubscribe = readModels.onCommit(() => {
    if (waiting.size > 0) void refresh().catch(() => {})
  })

  function refresh(): Promise<Positions> {
    asking ??= readModels
      .projectors()
      .then((states) => settle(new Map(states.map(({ name, position }) => [name, position]))))
      .finally(() => {
        asking = null
      })
    return asking
  }

  function settle(positions: Positions): Positions {
    known = positions
    for (const one of [...waiting]) if (one.isReached(positions)) one.resolve()
    return positions
  }

  function wait(position: Position, names: readonly ReadModelName[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(() => reject(behind(position, names, known, waitMs))), waitMs)
      const isReached = (positions: Positions) => leastOf(positions, names) >= position
      const one: Waiting = { isReached, resolve: () => end(resolve) }
      const end = (settled: () => void): void => {
        clearTimeout(timer)
        waiting.delete(one)
        if (waiting.size === 0) poll = void clearInterval(poll)
        settled()
      }
      waiting.add(one)
      poll ??= setInterval(() => void refresh().catch(() => {}), pollMs)
      // A commit after the last read but before this request waited has woken nobody, so positions are read again.
      void refresh().catch(() => {})
    })
  }

  return {
    async reached(position, names) {
      const { logId } = parsePosition(position)
      const before = leastOf(known, names)
      if (parsePosition(before).logId === logId && before >= position) return
      const now = leastOf(await refresh(), names)
      if (parsePosition(now).logId !== logId) throw new ElvesError('POSITION_UNKNOWN', 'the position is of another log', { facts: { position } })
      if (now < position) await wait(position, names)
    },
    stop() {
      unsubscribe()
      clearInterval(poll)
      for (const one of [...waiting]) one.resolve()
    },
  }
}

/** Returns the lowest position of these read models. */
function leastOf(positions: Positions, names: readonly ReadModelName[]): Position {
  return leastPosition(names.flatMap((name) => positions.get(name) ?? []))
}

function behind(asked: Position, names: readonly ReadModelName[], known: Positions, waitMs: number): ElvesError {
  const slowest = [...names].sort((one, other) => ((known.get(one) ?? '') < (known.get(other) ?? '') ? -1 : 1))[0]
  const position = (slowest && known.get(slowest)) ?? null
  const lag = position === null ? null : parsePosition(asked).sequence - parsePosition(position).sequence
  const message = `the read model ${slowest} is ${lag ?? 'an unknown number of'} positions behind after ${waitMs} ms`
  return new ElvesError('READ_MODEL_BEHIND', message, { canRetry: true, facts: { readModel: slowest, lag, position } })
}
