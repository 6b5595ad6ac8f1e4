import type { Registry } from 'prom-client'
import { durations, labelledCounter } from '../foundation/metrics.ts'
import type { EventStore } from './event-store.ts'

/** Returns the store with its appends timed, and counted by their outcome. */
export function measuredEventStore(store: EventStore, registry: Registry): EventStore {
  const took = durations(registry, 'elves_append_duration_seconds', 'Duration of appends to the event store, of one stream or of many together.')
  const streams = labelledCounter(registry, {
    name: 'elves_appended_streams_total',
    help: 'Streams in appends: written, found written by somebody else meanwhile, or not known to be durable.',
    labels: { result: ['written', 'conflict', 'failed'] },
  })
  return {
    async append(appends) {
      const startedAt = performance.now()
      try {
        const results = await store.append(appends)
        for (const { ok } of results) streams.inc({ result: ok ? 'written' : 'conflict' })
        return results
      } catch (error) {
        streams.inc({ result: 'failed' }, appends.length)
        throw error
      } finally {
        took.observe((performance.now() - startedAt) / 1000)
      }
    },
    readStream: (stream, options) => store.readStream(stream, options),
    readStreams: (names, from) => store.readStreams(names, from),
    readAll: (options) => store.readAll(options),
    readPrefixed: (prefixes) => store.readPrefixed(prefixes),
    subscribe: (options) => store.subscribe(options),
    head: () => store.head(),
    countAfter: (position, limit) => store.countAfter(position, limit),
    close: () => store.close(),
  }
}
