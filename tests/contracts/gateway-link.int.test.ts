import { describe } from 'vitest'
import { eventingDatabase } from '../support/eventing-database.ts'
import { linkCenter } from '../support/link-center.ts'
import { agentLinkContract } from './agent-link.contract.ts'

describe('agent link: a gateway', () => {
  agentLinkContract(async () => {
    const database = await eventingDatabase()
    const center = await linkCenter({ database, kafka: null })
    return {
      center,
      way: async () => center.way(),
      cut: async () => center.cutSockets(),
      async close() {
        await center.stop()
        await database.close()
      },
    }
  })
})
