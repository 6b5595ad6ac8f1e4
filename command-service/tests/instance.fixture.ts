import type { Append, EventStore } from '@elves/core/eventing/event-store.ts'
import { databasePool } from '@elves/core/eventing/postgres/database-pool.ts'
import { postgresEventStore } from '@elves/core/eventing/postgres/postgres-event-store.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { Registry } from 'prom-client'
import { commandService } from '../command-service.ts'
import { testSettings } from './test-settings.ts'

/** The program of instance-child.ts: an instance that kills itself at an append, or never. It ends with its parent. */
const [databaseUrl = '', instanceId = '', event, when] = process.argv.slice(2)
process.once('disconnect', () => process.exit())

const die = () => process.kill(process.pid, 'SIGKILL')
const isFault = (appends: readonly Append[]) => appends.some(({ events }) => events.some((one) => one.event.type === event))

function mortal(store: EventStore): EventStore {
  return {
    async append(appends) {
      const isLast = isFault(appends)
      if (isLast && when === 'before') die()
      const results = await store.append(appends)
      if (isLast && when === 'after') die()
      return results
    },
    readStream: (stream, options) => store.readStream(stream, options),
    readStreams: (streams, from) => store.readStreams(streams, from),
    readPrefixed: (prefixes) => store.readPrefixed(prefixes),
    readAll: (options) => store.readAll(options),
    subscribe: (options) => store.subscribe(options),
    head: () => store.head(),
    countAfter: (position) => store.countAfter(position),
    close: () => store.close(),
  }
}

const pool = databasePool(databaseUrl, 4, silentLogger, { plansOnce: true })
const store = mortal(await postgresEventStore({ connectionString: databaseUrl, logger: silentLogger }))
const ground = { pool, store, feed: store, settings: testSettings, logger: silentLogger, registry: new Registry(), instanceId }
await commandService({ ...ground, kafka: null })
process.send?.('running')
