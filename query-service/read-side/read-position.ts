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
  readonly position: Position
  isReached(positions: Positions): boolean
  resolve(): void
}

const defaultWaitMs = 5_000
/** A notification may be late or lost, so positions are also read this often while a request waits. */
const pollMs = 250

/**
 * Knows how far each read model is, from the notifications of the projectors. It reads positions from the database only
 * where one may have been lost, one query at a time, however many requests wait.
 */
export function readPosition(readModels: ReadModels, waitMs: number = defaultWaitMs): ReadPosition {
  let known: Positions = new Map()
  /** False if a notification may have been lost since the positions were read. */
  let isCertain = false
  let asking: Promise<Positions> | null = null
  const waiting = new Set<Waiting>()
  let poll: NodeJS.Timeout | undefined
  const unsubscribe = readModels.onCommit((committed) => {
    if (committed) settle(new Map([...known, ...committed.names.map((name) => [name, committed.position] as const)]))
    else if (waiting.size > 0) void refresh().catch(() => {})
    else isCertain = false
  })

  function refresh(): Promise<Positions> {
    asking ??= readModels
      .projectors()
      .then((states) => {
        isCertain = true
        return settle(new Map(states.map(({ name, position }) => [name, later(known.get(name), position)])))
      })
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

  /** Notifications may be lost, and the wish to hurry too, so both are repeated. */
  function askAgain(): void {
    void refresh().catch(() => {})
    for (const { position } of waiting) readModels.hurry(position)
  }

  function wait(position: Position, names: readonly ReadModelName[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(() => reject(behind(position, names, known, waitMs))), waitMs)
      const isReached = (positions: Positions) => leastOf(positions, names) >= position
      const one: Waiting = { position, isReached, resolve: () => end(resolve) }
      const end = (settled: () => void): void => {
        clearTimeout(timer)
        waiting.delete(one)
        if (waiting.size === 0) poll = void clearInterval(poll)
        settled()
      }
      waiting.add(one)
      poll ??= setInterval(askAgain, pollMs)
      readModels.hurry(position)
    })
  }

  return {
    async reached(position, names) {
      const { logId } = parsePosition(position)
      const before = leastOf(known, names)
      if (parsePosition(before).logId === logId && before >= position) return
      const now = isCertain && parsePosition(before).logId === logId ? before : leastOf(await refresh(), names)
      // Before the first commit of any projector, the read models do not know of which log they are.
      if (parsePosition(now).logId !== logId && now !== nothingRead)
        throw new ElvesError('POSITION_UNKNOWN', 'the position is of another log', { facts: { position } })
      // A commit may have been heard while the positions were read.
      if (leastOf(known, names) < position) await wait(position, names)
    },
    stop() {
      unsubscribe()
      clearInterval(poll)
      for (const one of [...waiting]) one.resolve()
    },
  }
}

/** A read of the positions that began before a notification came must not take it back. */
function later(known: Position | undefined, read: Position): Position {
  return known !== undefined && known.slice(0, 8) === read.slice(0, 8) && known > read ? known : read
}

const nothingRead = leastPosition([])

/** Returns the lowest position of these read models; the point before the first event if one is not known. */
function leastOf(positions: Positions, names: readonly ReadModelName[]): Position {
  const found = names.map((name) => positions.get(name))
  return leastPosition(found.some((one) => one === undefined) ? [] : (found as Position[]))
}

function behind(asked: Position, names: readonly ReadModelName[], known: Positions, waitMs: number): ElvesError {
  const slowest = [...names].sort((one, other) => ((known.get(one) ?? '') < (known.get(other) ?? '') ? -1 : 1))[0]
  const position = (slowest && known.get(slowest)) ?? null
  const lag = position === null ? null : parsePosition(asked).sequence - parsePosition(position).sequence
  const message = `the read model ${slowest} is ${lag ?? 'an unknown number of'} positions behind after ${waitMs} ms`
  return new ElvesError('READ_MODEL_BEHIND', message, { canRetry: true, facts: { readModel: slowest, lag, position } })
}
