import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'

const ivBytes = 12
const tagBytes = 16

/** Seals the texts that say who one user is. Without the key nobody opens them any more. */
export interface PersonalKey {
  seal(text: string): Buffer
  /** Null: another key sealed it, or it was altered. */
  open(sealed: Buffer): string | null
}

/**
 * AES-256-GCM, bound to the user, with a nonce that follows from the text: the same text of a user is sealed to the same bytes, so that a
 * decision can tell that nothing changes, and a request that is sent again is the same. Two texts share a nonce with the chance of 2^-96.
 */
export function personalKey(userId: string, key: string): PersonalKey {
  const [sealKey, nonceKey] = ['elves personal texts', 'elves personal nonces'].map((purpose) =>
    Buffer.from(hkdfSync('sha256', key, '', purpose, 32)),
  )
  const about = Buffer.from(userId)
  return {
    seal(text) {
      const iv = createHmac('sha256', nonceKey as Buffer)
        .update(text)
        .digest()
        .subarray(0, ivBytes)
      const cipher = createCipheriv('aes-256-gcm', sealKey as Buffer, iv, { authTagLength: tagBytes }).setAAD(about)
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), sealed])
    },
    open(sealed) {
      const [iv, tag, text] = [sealed.subarray(0, ivBytes), sealed.subarray(ivBytes, ivBytes + tagBytes), sealed.subarray(ivBytes + tagBytes)]
      try {
        const decipher = createDecipheriv('aes-256-gcm', sealKey as Buffer, iv, { authTagLength: tagBytes })
          .setAAD(about)
          .setAuthTag(tag)
        return decipher.update(text, undefined, 'utf8') + decipher.final('utf8')
      } catch {
        return null
      }
    },
  }
}
