import { retryDeadLetter } from '@elves/core/command-api/retry-dead-letter.ts'
import { setAsideDeadLetter } from '@elves/core/command-api/set-aside-dead-letter.ts'
import { deadLetters } from '@elves/core/eventing/handlers/dead-letters.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'
import { attemptsHandler } from '../open-attempts/open-attempts.ts'
import { senderName } from '../webhook-sender/webhook-sender.ts'
import { webhookTables } from '../webhook-sender/webhook-tables.ts'
import { DeadLetterCommands, type RetryLetter } from './dead-letter-commands.ts'
import { retriedWebhookLetter } from './retried-webhook-letter.ts'

/** Parked events are tried once more, or set aside, by any instance: what a try writes is guarded by locks of the tables. */
export const deadLettersWriteFeature: WriteFeature = ({ store, pool, schema, aggregates, attemptsTable }) => {
  const letters = deadLetters({ store, pool })
  const tables = webhookTables(pool, schema)
  const retries: Readonly<Record<string, RetryLetter>> = {
    async [attemptsHandler]({ stream }) {
      if (stream !== null) await attemptsTable.retryStream(stream)
      return 'its stream is read again, and all that hangs on it goes on'
    },
    async [senderName]({ id }, caller) {
      const count = await retriedWebhookLetter({ store, letters, tables, webhooks: aggregates }, id, caller)
      return `deliveries of it: ${count}`
    },
  }
  const commands = new DeadLetterCommands({ store, aggregates, letters, retries })
  return {
    commands: [
      handles(retryDeadLetter, (caller, request) => commands.retry(caller, request)),
      handles(setAsideDeadLetter, (caller, request) => commands.setAside(caller, request)),
    ],
  }
}
