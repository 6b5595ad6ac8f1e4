import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

const ivBytes = 12
const tagBytes = 16

/** Seals texts under a key that is in no database and in no event. */
export interface Sealing {
  /** `place`: where the sealed text is kept. A copy of it in another place does not open there. */
  seal(place: string, text: string): Buffer
  /** Null: another key sealed it, it is of another place, or it was altered. */
  open(place: string, sealed: Buffer): string | null
}

/** AES-256-GCM under a key made from the services' secret. `purpose` tells the keys of several uses apart. */
export function sealing(serviceSecret: string, purpose: string): Sealing {
  const key = keyFor(serviceSecret, purpose)
  return {
    seal(place, text) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), sealed])
    },
    open(place, sealed) {
      const tag = sealed.subarray(ivBytes, ivBytes + tagBytes)
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes)).setAAD(Buffer.from(place)).setAuthTag(tag)
        return decipher.update(sealed.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        return null
      }
    },
  }
}

/** Returns a function that hashes texts under a key of its own: without the key, nobody can try guesses on a hash. */
export function keyedHash(serviceSecret: string, purpose: string): (text: string) => string {
  const key = keyFor(serviceSecret, purpose)
  return (text) => createHmac('sha256', key).update(text).digest('hex')
}

function keyFor(serviceSecret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', serviceSecret, '', purpose, 32))
}
