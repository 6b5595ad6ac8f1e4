import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ElvesError } from '../foundation/errors.ts'
import { sealing } from './sealing.ts'

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
    return texts.filter((text) => text !== '').map((text) => ({ id: idOf(text), ...sealing(text, 'elves master key') }))
  }

  return {
    currentId: async () => (await keys())[0]?.id ?? null,
    async wrap(place, key) {
      const [current] = await keys()
      if (!current) throw unavailable('there is no master key: ELVES_SECRETS_KEY and ELVES_SECRETS_KEY_FILE name none')
      return { keyId: current.id, wrapped: current.seal(place, key) }
    },
    async unwrap(place, { keyId, wrapped }) {
      return (await keys()).find(({ id }) => id === keyId)?.open(place, wrapped) ?? null
    },
  }
}

/** Master keys are long and random: their hash tells nothing of them. */
function idOf(text: string): string {
  return createHash('sha256').update(`elves master key id\n${text}`).digest('hex').slice(0, 16)
}

function unavailable(message: string, cause?: unknown): ElvesError {
  return new ElvesError('MASTER_KEY_UNAVAILABLE', message, { canRetry: true, cause })
}
