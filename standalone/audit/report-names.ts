import { join, resolve } from 'node:path'
import { commandSchema } from '@elves/command-service/command-schema.ts'
import { PersonalKeys, withServiceKey } from '@elves/command-service/users/personal-keys.ts'
import type { KnownUser } from '@elves/core/access/access-state.ts'
import { isSealed, sealedBytes } from '@elves/core/domain/user/personal.ts'
import { plainPool } from '@elves/core/eventing/postgres/plain-pool.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { masterKeysAt } from '@elves/core/sealing/master-keys.ts'
import { personalKey } from '@elves/core/sealing/personal-key.ts'
import { keptSecrets } from '../secrets.ts'

/** Opens a text of a user; what it can't open is the user's id. */
export type OpenText = (user: KnownUser, text: string) => string

/** The texts that need no key. */
export const plainTexts: OpenText = ({ id }, text) => (isSealed(text) ? id : text)

/** The texts of these users, with the keys in a database and the master key of the settings, or of the data folder. */
export async function textsOf(users: readonly KnownUser[], databaseUrl: string, settings: Settings): Promise<OpenText> {
  const kept = await keptSecrets(join(resolve(settings.ELVES_DATA_DIR), 'secrets.json'))
  const text = settings.ELVES_SECRETS_KEY || (kept?.secretsKey ?? '')
  const masterKeys = masterKeysAt({ text, file: settings.ELVES_SECRETS_KEY_FILE })
  const pool = plainPool(databaseUrl, 1)
  try {
    const { rows } = await pool.query<{ is: string | null }>('select to_regclass($1)::text as is', [`${commandSchema}.personal_keys`])
    if ((rows[0]?.is ?? null) === null) return plainTexts
    const keys = new PersonalKeys(pool, commandSchema, withServiceKey(masterKeys, settings.ELVES_SERVICE_SECRET || (kept?.serviceSecret ?? '')))
    const found = await keys.find(users.filter(({ isErased }) => !isErased).map(({ id }) => id))
    return (user, sealed) => {
      const [bytes, key] = [sealedBytes(sealed), found.get(user.id)]
      if (bytes === null) return sealed
      return (key === undefined ? null : personalKey(user.id, key).open(bytes)) ?? user.id
    }
  } finally {
    await pool.end()
  }
}
