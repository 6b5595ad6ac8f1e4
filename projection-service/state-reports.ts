import { asUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { Tries } from '@elves/core/foundation/outages.ts'
import { writeProjectorState } from '@elves/core/read-models/projector-states.ts'
import type { ProjectorStatus } from '@elves/core/read-models/read-models.ts'
import type pg from 'pg'

const everyMs = 1_000
/** Most turns in a row without a try, while the database does not answer. */
const mostSkips = 10

export interface StateReportsOptions {
  readonly pool: pg.Pool
  readonly schema: string
  readonly logger: Logger
  status(): readonly ProjectorStatus<string>[]
}

/** Writes the state and error of each projector down when they change, so that other processes can see them. */
export function stateReports({ pool, schema, logger, status }: StateReportsOptions): Running {
  const written = new Map<string, string>()
  const tries = new Tries(logger)
  let writing: Promise<void> = Promise.resolve()
  let skips = 0
  let failures = 0

  async function write(): Promise<void> {
    if (skips > 0) {
      skips -= 1
      return
    }
    for (const projector of status()) {
      const text = JSON.stringify([projector.state, projector.error])
      if (written.get(projector.name) === text) continue
      try {
        await writeProjectorState(pool, schema, projector)
        written.set(projector.name, text)
        failures = 0
        tries.over()
      } catch (error) {
        failures = Math.min(failures + 1, mostSkips)
        skips = failures
        if (tries.failed(asUnavailable(error))) return
        logger.warn({ err: error, projector: projector.name }, "a projector's state could not be written; trying again")
      }
    }
  }

  function next(): Promise<void> {
    writing = writing.then(write)
    return writing
  }

  const timer = setInterval(next, everyMs)
  void next()
  return {
    stop: async () => {
      clearInterval(timer)
      skips = 0
      await next()
      tries.over()
    },
  }
}
