import type { Caller, CommandAnswer, RequestOf } from '@elves/core/command-api/command.ts'
import type { retryDeadLetter } from '@elves/core/command-api/retry-dead-letter.ts'
import type { setAsideDeadLetter } from '@elves/core/command-api/set-aside-dead-letter.ts'
import { type DeadLetterCommand, deadLetterAggregate, deadLetterStream, unknownDeadLetter } from '@elves/core/domain/dead-letter/dead-letter.ts'
import { rejection } from '@elves/core/domain/decision.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import type { DeadLetter, DeadLetters } from '@elves/core/eventing/handlers/dead-letters.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { ParkedEventFacts } from '@elves/schemas/generated/types.ts'
import { decideAbout, refusedAs } from '../command-answers.ts'

export type DeadLetterAnswer = CommandAnswer<'deadLetter'>

/** Tries a parked event once more; resolves with what was done, for people. Throws why it can't be dealt with. */
export type RetryLetter = (letter: DeadLetter, caller: Caller) => Promise<string>

export interface DeadLetterCommandsOptions {
  readonly store: Pick<EventStore, 'readStream'>
  readonly aggregates: Aggregates
  readonly letters: Pick<DeadLetters, 'find' | 'setAside'>
  /** By handler. */
  readonly retries: Readonly<Record<string, RetryLetter>>
}

const refused = refusedAs('deadLetter')

/** What people do about parked events. What they ask for is in the log before it is done, and what came of it after. */
export class DeadLetterCommands {
  readonly #options: DeadLetterCommandsOptions

  constructor(options: DeadLetterCommandsOptions) {
    this.#options = options
  }

  async retry(caller: Caller, { deadLetter: id, idempotencyKey }: RequestOf<typeof retryDeadLetter>): Promise<DeadLetterAnswer> {
    const letter = await this.#find(id)
    if (!letter) return refused(unknownDeadLetter())
    const retry = this.#options.retries[letter.handler]
    if (!retry) {
      return refused(rejection('DEAD_LETTER_HANDLER_UNKNOWN', `nothing here tries the events of ${letter.handler}`, 'deadLetter'))
    }
    const asked = await this.#decide(caller, letter, { type: 'RequestRetry', parked: factsOf(letter), idempotencyKey })
    if (asked.refusal) return asked
    return this.#decide(caller, letter, await this.#outcome(letter, retry, caller))
  }

  async setAside(caller: Caller, { deadLetter: id, reason, idempotencyKey }: RequestOf<typeof setAsideDeadLetter>): Promise<DeadLetterAnswer> {
    const letter = await this.#find(id)
    if (!letter) return refused(unknownDeadLetter())
    const answer = await this.#decide(caller, letter, { type: 'SetAside', parked: factsOf(letter), reason, idempotencyKey })
    if (!answer.refusal) await this.#options.letters.setAside(letter.id, reason)
    return answer
  }

  async #outcome(letter: DeadLetter, retry: RetryLetter, caller: Caller): Promise<DeadLetterCommand> {
    try {
      const done = await retry(letter, caller)
      return { type: 'RecordSettled', handler: letter.handler, stream: letter.stream, done }
    } catch (thrown) {
      const { code, message, canRetry } = asElvesError(thrown)
      // It says nothing of the event: whoever asked may ask again.
      if (canRetry) throw thrown
      return { type: 'RecordRetryFailed', code, message }
    }
  }

  async #find(id: string): Promise<DeadLetter | null> {
    return /^\d{1,15}$/.test(id) ? this.#options.letters.find(Number(id)) : null
  }

  async #decide(caller: Caller, letter: DeadLetter, command: DeadLetterCommand): Promise<DeadLetterAnswer> {
    const { store, aggregates } = this.#options
    const stream = deadLetterStream(letter)
    const about = { subject: 'deadLetter', id: String(letter.id), aggregate: deadLetterAggregate, stream, commands: [command] } as const
    return decideAbout({ store, aggregates }, { ...about, caller })
  }
}

function factsOf({ id, ...letter }: DeadLetter): ParkedEventFacts {
  const { handler, position, stream, version, type, code, message, attempts, parkedAt } = letter
  return { letterId: String(id), handler, position, stream, version, type, code, message, attempts, parkedAt }
}
