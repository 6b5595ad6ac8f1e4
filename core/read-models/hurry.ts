import type pg from 'pg'
import type { Position } from '../eventing/position.ts'
import { LastingClient } from '../eventing/postgres/lasting-client.ts'
import { asUnavailable } from '../eventing/postgres/unavailable.ts'
import type { Running } from '../foundation/lifecycle.ts'
import type { Logger } from '../foundation/log.ts'
import { Tries } from '../foundation/outages.ts'

/** How long new events gather for the projectors if nobody waits for them. */
export const gatherMs = 100

/** Tells the projectors, which let events gather for a moment, that somebody waits for a position. If it is lost, only time is lost. */
export type TellHurry = (position: Position) => void

function channelOf(schema: string): string {
  return `${schema}_hurry`
}

/** Tells the projectors of every process. What is asked for while a message is on its way goes with the next one. */
export function hurryByDatabase(pool: pg.Pool, schema: string, logger: Logger): TellHurry {
  let wanted: Position | null = null
  let isSending = false
  const tries = new Tries(logger)

  async function send(): Promise<void> {
    isSending = true
    while (wanted !== null) {
      const position: Position = wanted
      wanted = null
      try {
        await pool.query({ name: 'hurry', text: 'select pg_notify($1, $2)', values: [channelOf(schema), position] })
        tries.over()
      } catch (error) {
        if (!tries.failed(asUnavailable(error))) logger.warn({ err: error }, 'the projectors could not be told that a reader waits')
      }
    }
    isSending = false
  }

  return (position) => {
    if (wanted === null || position > wanted) wanted = position
    if (!isSending) void send()
  }
}

/** Hears what {@link hurryByDatabase} tells, on a connection of its own. */
export function hearHurry(connectionString: string, schema: string, logger: Logger, hurry: TellHurry): Running {
  return new LastingClient({
    config: { connectionString, application_name: 'elves-hurry' },
    logger,
    prepare: async (client) => {
      client.on('notification', ({ payload }) => {
        if (payload) hurry(payload)
      })
      await client.query(`listen ${channelOf(schema)}`)
    },
    onConnected: () => undefined,
    onLost: () => undefined,
  })
}
