import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { InputOf } from '@elves/core/command-api/command.ts'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import { tellRefusedRequest } from '@elves/core/command-api/tell-refused-request.ts'
import type { RefusedReason } from '@elves/core/domain/refused-request/refused-request.ts'
import { FloodCount } from '@elves/core/foundation/flood-count.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { cutText } from '@elves/core/foundation/text.ts'
import { within } from '@elves/core/foundation/waiting.ts'
import { seenClient } from './seen-client.ts'

/** What is known of a request that a door refused. */
export interface RefusedRequest {
  readonly reason: RefusedReason
  readonly origin?: string | null
  readonly userId?: string
  readonly credentialId?: string
  readonly authKeyId?: string
}

type Told = Omit<InputOf<typeof tellRefusedRequest>, 'count' | 'firstAt' | 'lastAt' | 'addresses' | 'idempotencyKey'>

export interface RefusedRequestsOptions {
  readonly commands: Pick<CommandApi, 'call'>
  readonly logger: Logger
  /** For so long repetitions are counted before they are one event; default 1 minute. */
  readonly windowMs?: number
}

const stopMs = 2_000
/** Of what a client wrote, an event keeps so much. */
const keptCharacters = 128

/**
 * Makes events of requests that the doors refused. They may come in a flood, and from anybody, so they are counted here: for each reason
 * twenty kinds a minute are told one by one. Refusing does not wait for it.
 */
export class RefusedRequests implements Running {
  readonly #options: RefusedRequestsOptions
  readonly #flood: FloodCount<Told>
  #telling: Promise<unknown> = Promise.resolve()

  constructor(options: RefusedRequestsOptions) {
    this.#options = options
    this.#flood = new FloodCount({
      windowMs: options.windowMs,
      others: (told) => ({ ...told, origin: null, userId: null, credentialId: null, authKeyId: null }),
      write: (told, { senders: addresses, ...times }) => this.#write({ ...told, addresses, ...times }),
    })
  }

  tell(request: IncomingMessage, { reason, origin = null, userId = '', credentialId = '', authKeyId = '' }: RefusedRequest): void {
    const { method = '', url = '' } = request
    const about = { origin: kept(origin ?? ''), userId: kept(userId), credentialId: kept(credentialId), authKeyId: kept(authKeyId) }
    const remoteAddress = seenClient(request).address
    // Never the query: a link may carry a token.
    const door = `${method} ${cutText(url.split('?')[0] ?? '', keptCharacters)}`
    this.#flood.tell({ key: JSON.stringify([reason, about]), group: reason, sender: remoteAddress }, { reason, door, ...about, remoteAddress })
  }

  /** Resolves when all that was told has been written, or could not be; a command-service that is stopping, too, is not waited for. */
  async stop(): Promise<void> {
    this.#flood.endWindow()
    await within(stopMs, this.#telling, null)
  }

  #write(told: InputOf<typeof tellRefusedRequest>): void {
    const { commands, logger } = this.#options
    const caller = { actor: { kind: 'SYSTEM', id: 'sign-in', name: null }, correlationId: randomUUID(), metadata: {} } as const
    this.#telling = this.#telling
      .then(() => commands.call(tellRefusedRequest, caller, told))
      .catch((error: unknown) => logger.error({ err: error, refused: told }, 'a refused request could not be told to command-service'))
  }
}

function kept(text: string): string | null {
  return text === '' ? null : cutText(text, keptCharacters)
}
