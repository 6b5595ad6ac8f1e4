import { chunks } from '@elves/core/foundation/chunks.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { pause } from '@elves/core/foundation/waiting.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { type OutputHead, outputLog } from '@elves/core/read-models/tasks/output-log.ts'

export interface Awaited {
  readonly taskId: string
  readonly attempt: number
  /** True: also what a later attempt prints. */
  readonly orLater: boolean
  /** The subscriber has everything before it. */
  readonly next: number
}

/** Tells subscribers when there is more output. */
export interface OutputFollower extends Running {
  /** Counts a subscriber; the function that it returns ends that. Throws OVERLOADED. */
  enter(): () => void
  /** Resolves when there is something after `next`, the output has ended, or some seconds are over: then look again. */
  changed(awaited: Awaited, signal: AbortSignal): Promise<void>
}

interface Waiting extends Awaited {
  resolve(): void
}

/** How often the log is looked at while somebody waits; less often where a look takes long. */
const lookEveryMs = 200
const looksApart = 10
/** After this a subscriber looks by itself, because what it waits for may be in no output: the end of a task that never ran. */
const longestWaitMs = 5_000
const tasksPerLook = 500
const followersMost = 1_000

/**
 * One query for all subscribers of this process that wait, at an interval. Notifications of the database were rejected: each batch of
 * the output log would make one for every query-service, though almost never somebody follows.
 */
export function outputFollower(readModels: Pick<ReadModels, 'of'>, logger: Logger): OutputFollower {
  const waiting = new Set<Waiting>()
  let followers = 0
  const stopping = new AbortController()
  let looking: Promise<void> | null = null

  async function look(): Promise<void> {
    while (waiting.size > 0 && !stopping.signal.aborted) {
      const begunAtMs = performance.now()
      try {
        for (const ids of chunks([...new Set([...waiting].map(({ taskId }) => taskId))], tasksPerLook)) {
          wake(await readModels.of(outputLog).heads(ids))
        }
      } catch (error) {
        logger.debug({ err: error }, 'the output log does not answer; it is looked at again')
      }
      await pause(Math.max(lookEveryMs, looksApart * (performance.now() - begunAtMs)), stopping.signal)
    }
    looking = null
  }

  function wake(heads: readonly OutputHead[]): void {
    const byTask = Map.groupBy(heads, ({ taskId }) => taskId)
    for (const one of [...waiting]) {
      const own = byTask.get(one.taskId)?.filter(({ attempt }) => attempt === one.attempt || (one.orLater && attempt > one.attempt))
      if (own?.some(({ attempt, kept, isEnded }) => attempt > one.attempt || kept > one.next || isEnded)) one.resolve()
    }
  }

  return {
    enter() {
      if (followers >= followersMost) throw new ElvesError('OVERLOADED', `${followersMost} clients follow output already`, { canRetry: true })
      followers += 1
      return () => {
        followers -= 1
      }
    },
    async changed(awaited, signal) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const one = { ...awaited, resolve }
      const timer = setTimeout(resolve, longestWaitMs)
      const abort = () => resolve()
      signal.addEventListener('abort', abort, { once: true })
      waiting.add(one)
      looking ??= look()
      await promise
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      waiting.delete(one)
    },
    async stop() {
      stopping.abort()
      for (const one of waiting) one.resolve()
      await looking
    },
  }
}
