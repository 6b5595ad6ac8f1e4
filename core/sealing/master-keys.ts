import { createHash, scrypt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ElvesError } from '../foundation/errors.ts'
import { setBounded } from '../foundation/set-bounded.ts'
import { keyedHash, type Sealing, sealing } from './sealing.ts'

/** A key that is wrapped: only the keeper of master keys unwraps it. */
export interface WrappedKey {
  /** Names the master key. */
  readonly keyId: string
  readonly wrapped: Buffer
}

/**
 * The port to whoever keeps master keys: a key management service, or a text of ours. What is stored is sealed under keys of its own, and
 * those are wrapped here, so the master key never meets the data, and to change it only wrapped keys are wrapped anew. `place` says where
 * the wrapped key is kept: it does not unwrap elsewhere. Rejects with MASTER_KEY_UNAVAILABLE (canRetry) while the keeper can't be asked.
 */
export interface MasterKeys {
  /** Name of the key that wraps now; null: there is none, so nothing can be sealed. */
  currentId(): Promise<string | null>
  wrap(place: string, key: string): Promise<WrappedKey>
  /** Null: it was wrapped by a key that is not there any more, or was altered. */
  unwrap(place: string, wrapped: WrappedKey): Promise<string | null>
}

export interface MasterKeyPlaces {
  /** Keys, comma-separated. */
  readonly text: string
  /** File with keys, one a line, before those of the text; empty: none. It is read anew each time: who changes it need restart nothing. */
  readonly file: string
}

/** Keys of ours: the first one wraps, all unwrap. */
export function masterKeysAt({ text, file }: MasterKeyPlaces): MasterKeys {
  async function read(): Promise<string> {
    try {
      return file === '' ? text : `${await readFile(file, 'utf8')}\n${text}`
    } catch (error) {
      throw unavailable(`${file} can not be read`, error)
    }
  }

  async function keys() {
    const texts = (await read()).split(/[,\n]/).map((text) => text.trim())
    return Promise.all(texts.filter((text) => text !== '').map(derived))
  }

  return {
    currentId: async () => (await keys())[0]?.id ?? null,
    async wrap(place, key) {
      const [current] = await keys()
      if (!current) throw unavailable('there is no master key: ELVES_SECRETS_KEY and ELVES_SECRETS_KEY_FILE name none')
      return { keyId: current.id, wrapped: current.seal(place, key) }
    },
    async unwrap(place, { keyId, wrapped }) {
      for (const key of await keys()) {
        if (key.id === keyId) return key.open(place, wrapped)
        if (key.formerId === keyId) return key.openFormer(place, wrapped)
      }
      return null
    },
  }
}

interface Derived extends Sealing {
  readonly id: string
  /** What earlier releases called it. */
  readonly formerId: string
  readonly openFormer: Sealing['open']
}

/** 64 MiB and about 0.2 s of a core, once for a key and process. */
const cost = { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1024 * 1024 }
const mostDerived = 20
const derivedKeys = new Map<string, Promise<Derived>>()

/**
 * Both the id, which stands beside what is wrapped, and what wraps come from a slow derivation: whoever has a copy of the database and wants
 * to guess a key that somebody made up pays it for each guess. A key is the same at every process, so the salt is.
 */
function derived(text: string): Promise<Derived> {
  const known = derivedKeys.get(text)
  if (known) return known
  const made = slowly(text).then((slow): Derived => {
    const former = createHash('sha256').update(`elves master key id\n${text}`).digest('hex').slice(0, 16)
    const id = `2-${keyedHash(slow, 'elves master key id')('').slice(0, 16)}`
    return { id, formerId: former, openFormer: sealing(text, 'elves master key').open, ...sealing(slow, 'elves master key') }
  })
  setBounded(derivedKeys, text, made, mostDerived)
  made.catch(() => derivedKeys.delete(text))
  return made
}

function slowly(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    scrypt(text, 'elves master key', 32, cost, (error, key) => (error ? reject(error) : resolve(key.toString('base64url'))))
  })
}

function unavailable(message: string, cause?: unknown): ElvesError {
  return new ElvesError('MASTER_KEY_UNAVAILABLE', message, { canRetry: true, cause })
}
