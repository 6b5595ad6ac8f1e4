import type { EventStore } from './event-store.ts'

/** Returns the same store, which tells when something was appended to it. */
export function tellingStore(store: EventStore, appended: () => void): EventStore {
  return {
    async append(appends) {
      const results = await store.append(appends)
      appended()
      return results
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
