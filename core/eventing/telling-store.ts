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
    readStreams: (names) => store.readStreams(names),
    readAll: (options) => store.readAll(options),
    subscribe: (options) => store.subscribe(options),
    head: () => store.head(),
    close: () => store.close(),
  }
}
