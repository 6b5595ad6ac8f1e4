import { relayedLog } from '@elves/core/eventing/kafka/testing/relayed-log.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { describeKafka, testKafka } from '@elves/tests/support/kafka.ts'
import { memoryCommandApi } from '@elves/tests/support/memory-command-api.ts'
import { memoryReadModels } from '@elves/tests/support/memory-read-models.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { expect, it } from 'vitest'
import { readPosition } from '../read-side/read-position.ts'
import { entriesAfter } from '../subscriptions/followed-log.ts'
import { logOfProcess } from '../subscriptions/log-of-process.ts'

describeKafka('a query-service follows the log over Kafka', () => {
  it('and gets new events while its read models stand; a stream is read when they have what came', async () => {
    const log = await relayedLog(await testKafka())
    const readModels = memoryReadModels(log.store)
    const position = readPosition(readModels)
    const { brokers, topicPrefix } = log.connection.settings
    const settings = readSettings({ ELVES_KAFKA_BROKERS: brokers.join(','), ELVES_KAFKA_TOPIC_PREFIX: topicPrefix })
    const followed = await logOfProcess({ settings, readModels, logger: silentLogger }, position)
    const abort = new AbortController()
    const commands = memoryCommandApi(log.store)
    const claim = { type: 'AgentIpClaimed', data: { ip: '10.0.0.1', agentId: 'a'.repeat(32), previousAgentId: null } } as const
    const write = (count: number) =>
      commands.append(
        'agentip-10.0.0.1',
        Array.from({ length: count }, () => claim),
      )
    try {
      await log.relay('one')
      const old = await write(3)
      await waitFor(async () => (await readModels.position()) === old.at(-1)?.position)
      const entries = entriesAfter(followed, await followed.head(), { signal: abort.signal })
      const first = entries.next()
      // The reader of the topic begins at its end, so events are written until one comes.
      const seen = (async () => {
        for (let arrived = false; !arrived; ) {
          await write(1)
          arrived = await Promise.race([first.then(() => true), new Promise<false>((resolve) => setTimeout(() => resolve(false), 50))])
        }
      })()
      await seen
      readModels.hold()
      const [news] = await write(1)
      const until = async (): Promise<void> => {
        for await (const some of entries) if (some.some(({ position: at }) => at === news?.position)) return
      }
      await until()
      expect((await readModels.position()) < (news?.position ?? '')).toBe(true)
      let isRead = false
      const stream = followed.streamEvents(news?.stream ?? '', { first: 100, after: null }).finally(() => {
        isRead = true
      })
      expect(isRead).toBe(false)
      readModels.release()
      expect((await stream).edges.at(-1)?.node.position).toBe(news?.position)
      // Goes on after what came over Kafka, though the read models may be behind that.
      readModels.hold()
      const [next] = await write(1)
      const resumed = entriesAfter(followed, news?.position ?? '', { signal: abort.signal })
      expect((await resumed.next()).value?.map(({ position: at }) => at)).toEqual([next?.position])
    } finally {
      abort.abort()
      readModels.release()
      await followed.close()
      position.stop()
      await readModels.close()
      await log.close()
    }
  })
})
