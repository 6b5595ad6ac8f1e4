import { kafkaDial } from '@elves/agent/link/kafka-dial.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { ensureTopics } from '@elves/core/kafka/topics.ts'
import { eventingDatabase } from '../support/eventing-database.ts'
import { describeOwnKafka, ownKafka } from '../support/kafka.ts'
import { linkCenter, linkSettings } from '../support/link-center.ts'
import { agentLinkContract } from './agent-link.contract.ts'

describeOwnKafka('agent link: Kafka', () => {
  agentLinkContract(async () => {
    const kafka = await ownKafka()
    const database = await eventingDatabase()
    const connection = await kafka.connection()
    await ensureTopics(connection)
    const center = await linkCenter({ database, kafka: connection })
    const { settings } = connection
    return {
      center,
      async way(names) {
        const { dial, stop } = await kafkaDial({ settings, ...names, logger: silentLogger })
        return { dial, stop, joinToken: linkSettings.joinToken }
      },
      async cut() {
        await kafka.kill()
        await kafka.start()
      },
      async close() {
        await center.stop()
        await database.close()
        await kafka.remove()
      },
    }
  })
})
