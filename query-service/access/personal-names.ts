import type { AccessState, KnownUser } from '@elves/core/access/access-state.ts'
import type { UserNames } from '@elves/core/access/sentences.ts'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import { erasedText, isSealed, sealedBytes, unreadableText } from '@elves/core/domain/user/personal.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { setBounded } from '@elves/core/foundation/set-bounded.ts'
import { type PersonalKey, personalKey } from '@elves/core/sealing/personal-key.ts'
import type { Actor } from '@elves/schemas/generated/types.ts'
import type { AccessLog } from './access-log.ts'

export interface PersonalNamesOptions {
  readonly log: Pick<AccessLog, 'known' | 'refreshed' | 'asOfNow'>
  readonly commands: Pick<CommandApi, 'personalKeys'>
  readonly logger: Logger
  /** ms since the epoch. */
  readonly now?: () => number
}

/** A key is asked for again then. Who was erased is known from the log, so an older key opens nothing that is shown. */
const freshMs = 60_000
const mostKnown = 100_000
/** Command-service is asked for so many keys at once. */
const atOnce = 500

interface KnownKey {
  /** Null: there is none. */
  readonly key: PersonalKey | null
  readonly freshUntil: number
}

/** Opens the texts of one operation's users. */
export interface OpenTexts {
  /** As people may see it: opened, {@link erasedText}, or {@link unreadableText}. */
  open(userId: string, text: string): string
  /** Null: no user has this id. */
  readonly nameOf: UserNames
}

/** Shows who users are: opens what is sealed, with keys that command-service has, and says that somebody was erased wherever the text comes from. */
export class PersonalNames {
  readonly #options: PersonalNamesOptions
  readonly #now: () => number
  readonly #known = new Map<string, KnownKey>()
  #wanted: { readonly ids: Set<string>; readonly asking: Promise<void> } | null = null

  constructor(options: PersonalNamesOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** What an actor is called: of a user what the user is called now, whatever the event says. */
  nameOfActor({ kind, id, name }: Actor): string | null | Promise<string | null> {
    return kind === 'USER' ? this.#nameOfUser(id, name) : name
  }

  async #nameOfUser(id: string, told: string | null): Promise<string> {
    const name = (await this.of([id])).nameOf(id) ?? told
    if (name !== null) return name
    // The user was made a moment ago.
    await this.#read('asOfNow')
    return (await this.of([id])).nameOf(id) ?? id
  }

  /** Resolves when the texts of these users can be opened. Never rejects: what can't be had now is unreadable. */
  async of(userIds: Iterable<string>): Promise<OpenTexts> {
    const ids = [...new Set(userIds)]
    const state = await this.#stateFor(ids)
    const isErased = (id: string) => state?.users.get(id)?.isErased === true
    for (const id of ids) if (isErased(id)) this.#known.delete(id)
    await this.#learn(ids.filter((id) => !isErased(id)))
    const open = (userId: string, text: string) => {
      if (isErased(userId)) return erasedText
      return isSealed(text) ? this.#opened(userId, text) : text
    }
    return { open, nameOf: (id) => nameOf(state?.users.get(id), open) }
  }

  /** Mostly what is in memory, which follows the log. */
  async #stateFor(ids: readonly string[]): Promise<AccessState | null> {
    const { known } = this.#options.log
    return known && ids.every((id) => known.users.has(id)) ? known : this.#read('refreshed')
  }

  /** So that a page is shown where roles and grants can't be read at this moment. */
  async #read(how: 'refreshed' | 'asOfNow'): Promise<AccessState | null> {
    try {
      return await this.#options.log[how]()
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'who was erased could not be read on; names are shown as they were known')
      return this.#options.log.known
    }
  }

  #opened(userId: string, text: string): string {
    const bytes = sealedBytes(text)
    return (bytes && this.#known.get(userId)?.key?.open(bytes)) ?? unreadableText
  }

  /** Those that are asked for together are one request. */
  async #learn(ids: readonly string[]): Promise<void> {
    const now = this.#now()
    const missing = ids.filter((id) => (this.#known.get(id)?.freshUntil ?? 0) <= now)
    if (missing.length === 0) return
    if (!this.#wanted) {
      const wanted = new Set<string>()
      this.#wanted = { ids: wanted, asking: Promise.resolve().then(() => this.#ask(wanted)) }
    }
    for (const id of missing) this.#wanted.ids.add(id)
    await this.#wanted.asking
  }

  async #ask(wanted: ReadonlySet<string>): Promise<void> {
    this.#wanted = null
    const ids = [...wanted]
    try {
      for (let from = 0; from < ids.length; from += atOnce) {
        const some = ids.slice(from, from + atOnce)
        const keys = await this.#options.commands.personalKeys(some)
        const freshUntil = this.#now() + freshMs
        for (const id of some) {
          const key = keys.get(id)
          setBounded(this.#known, id, { key: key === undefined ? null : personalKey(id, key), freshUntil }, mostKnown)
        }
      }
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'what users are called can not be asked now; they are shown by their ids')
    }
  }
}

function nameOf(user: KnownUser | undefined, open: OpenTexts['open']): string | null {
  if (!user) return null
  const name = open(user.id, user.name)
  return name === unreadableText ? user.id : name
}
