import { isSealed, sealedBytes, sealedText } from '@elves/core/domain/user/personal.ts'
import type { CreateUser, LinkedIdentity, LinkIdentity, UserState } from '@elves/core/domain/user/state.ts'
import { userIdOf } from '@elves/core/domain/user/user.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { personalKey } from '@elves/core/sealing/personal-key.ts'
import type { PersonalKeys } from './personal-keys.ts'

/** Seals the texts that say who users are before anything is decided about them, and opens them for what has to know them. */
export class PersonalTexts {
  readonly #keys: Pick<PersonalKeys, 'make' | 'find'>

  constructor(keys: Pick<PersonalKeys, 'make' | 'find'>) {
    this.#keys = keys
  }

  /** Seals texts of one user, each to the same as before. Throws MASTER_KEY_UNAVAILABLE (canRetry) where the user's key can't be had. */
  async seal(userId: string, ...texts: readonly string[]): Promise<string[]> {
    const key = await this.#keys.make(userId)
    if (key === null) {
      throw new ElvesError('MASTER_KEY_UNAVAILABLE', 'the master key that wrapped the key of this user is not there', { canRetry: true })
    }
    const { seal } = personalKey(userId, key)
    return texts.map((text) => sealedText(seal(text)))
  }

  /** A user to make, as the decision has it. Of an earlier release there may be plain texts, which are the same. */
  async creation(before: UserState, { name, displayName, roles }: Omit<CreateUser, 'type'>): Promise<CreateUser> {
    if (before.name === name && before.displayName === displayName) return { type: 'CreateUser', name, displayName, roles }
    const [sealedName = '', sealedDisplayName = ''] = await this.seal(userIdOf(name), name, displayName)
    return { type: 'CreateUser', name: sealedName, displayName: sealedDisplayName, roles }
  }

  /** Whom an identity provider names; its id for the user is sealed. */
  async identity(userId: string, before: UserState, { issuer, subject }: LinkedIdentity): Promise<LinkIdentity> {
    const isPlain = before.identities.some((known) => known.issuer === issuer && known.subject === subject)
    const [sealed = ''] = isPlain ? [subject] : await this.seal(userId, subject)
    return { type: 'LinkIdentity', issuer, subject: sealed }
  }

  async tokenName(userId: string, { phase, accessTokens }: UserState, { tokenId, name }: { tokenId: string; name: string }): Promise<string> {
    const isPlain = accessTokens.some((token) => token.id === tokenId && token.name === name)
    return phase !== 'CREATED' || isPlain ? name : ((await this.seal(userId, name))[0] ?? name)
  }

  /** Null: the key is not there any more. */
  async open(userId: string, text: string): Promise<string | null> {
    if (!isSealed(text)) return text
    const key = (await this.#keys.find([userId])).get(userId)
    const bytes = sealedBytes(text)
    return key === undefined || bytes === null ? null : personalKey(userId, key).open(bytes)
  }
}
