import { createHash } from 'node:crypto'
import type { Position } from '@elves/core/eventing/position.ts'
import { LastingClient } from '@elves/core/eventing/postgres/lasting-client.ts'
import { asUnavailable } from '@elves/core/eventing/postgres/unavailable.ts'
import type { DueTableSignalData } from '@elves/core/eventing/process-managers/due-table.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { Tries } from '@elves/core/foundation/outages.ts'
import type pg from 'pg'

/** The signals between instances of the write side, with their data. A signal that does not arrive only costs time. */
export interface SignalData extends DueTableSignalData {
  /** To the gateway that holds an agent's link: the agent is at another gateway now. */
  release: { readonly gatewayId: string; readonly agentId: string; readonly bootId: string; readonly question: string }
  /** The answer to that: whether another process of the same agent is there, and answers. */
  released: { readonly question: string; readonly isOtherBootAlive: boolean }
}

export interface Signals extends Running {
  /** Sends to all instances that listen now, this one too. Never rejects, so a sender that waits for an answer needs a timeout. */
  send<Name extends keyof SignalData>(name: Name, data: SignalData[Name]): Promise<void>
  /** Adds a listener; returns a function that takes it away. */
  on<Name extends keyof SignalData>(name: Name, listener: (data: SignalData[Name]) => void): () => void
  /** Calls the listener at each move of a checkpoint in the schema, by any instance. */
  onCommit(listener: (name: string, position: Position) => void): () => void
  /** Resolves when the connection listens for the first time, or has been stopped. */
  readonly listening: Promise<void>
}

export interface SignalsOptions {
  readonly pool: pg.Pool
  readonly schema: string
  /** The instance listens under this name: see {@link listenerName}. */
  readonly instanceId: string
  readonly logger: Logger
}

/** Application name of the connection on which an instance listens; `pg_stat_activity` shows it while it does. In SQL: `'elves ' || md5(id)`. */
function listenerName(instanceId: string): string {
  return `elves ${createHash('md5').update(instanceId).digest('hex')}`
}

type Listener = (data: never) => void

/** Signals over the notifications of Postgres, on one connection of their own. */
export function postgresSignals({ pool, schema, instanceId, logger }: SignalsOptions): Signals {
  const listeners = new Map<string, Set<Listener>>()
  const commits = new Set<(name: string, position: Position) => void>()
  const listening = Promise.withResolvers<void>()
  const channel = `${schema}_signals`
  const tries = new Tries(logger)

  function hear(payload: string): void {
    const end = payload.indexOf(' ')
    const data = JSON.parse(payload.slice(end + 1)) as never
    for (const listener of listeners.get(payload.slice(0, end)) ?? []) listener(data)
  }

  function hearCommit(payload: string): void {
    const end = payload.lastIndexOf(' ')
    for (const listener of commits) listener(payload.slice(0, end), payload.slice(end + 1))
  }

  const connection = new LastingClient({
    config: { connectionString: String(pool.options.connectionString), application_name: listenerName(instanceId) },
    logger,
    prepare: async (client) => {
      client.on('notification', ({ channel: from, payload = '' }) => {
        if (from === channel) hear(payload)
        else hearCommit(payload)
      })
      await client.query(`listen ${channel}; listen ${schema}_commit`)
    },
    onConnected: () => listening.resolve(),
    onLost: () => undefined,
  })

  return {
    async send(name, data) {
      try {
        await pool.query('select pg_notify($1, $2)', [channel, `${name} ${JSON.stringify(data)}`])
        tries.over()
      } catch (error) {
        if (!tries.failed(asUnavailable(error))) logger.warn({ err: error, signal: name }, 'other instances could not be told')
      }
    },
    on(name, listener) {
      const own = listeners.get(name) ?? new Set()
      listeners.set(name, own.add(listener as Listener))
      return () => own.delete(listener as Listener)
    },
    onCommit(listener) {
      commits.add(listener)
      return () => commits.delete(listener)
    },
    listening: listening.promise,
    async stop() {
      await connection.stop()
      tries.over()
      listening.resolve()
    },
  }
}
