import { feedByReads } from '@elves/core/eventing/feed-by-reads.ts'
import { eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { eventFeedContract, type FedStore } from './event-feed.contract.ts'

eventFeedContract('reads of the store', async () => {
  const database = await eventingDatabase()
  const opened: (() => void)[] = []
  async function another(): Promise<FedStore> {
    const store = await database.store()
    const feed = feedByReads(store, { pollMs: 20 })
    opened.push(() => feed.close())
    return { store, feed }
  }
  return {
    ...(await another()),
    another,
    async close() {
      for (const close of opened) close()
      await database.close()
    },
  }
})
