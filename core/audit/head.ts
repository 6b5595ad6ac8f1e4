import { hash } from 'node:crypto'
import { isSignedBy, type Signer } from '../foundation/ed25519.ts'

/** A statement about the whole log up to a size. Whoever keeps one finds out about any later change of what it covers. */
export interface SignedHead {
  /** Id of the log when it was made; a restored log has another id and the same leaves. */
  readonly logId: string
  /** How many events it covers, from the first one on. */
  readonly size: number
  /** Lower-case hex. */
  readonly rootHash: string
  /** ms since the epoch, on the clock of the process that signed it. */
  readonly signedAt: number
  /** Which key signed it: {@link headKeyId}. */
  readonly keyId: string
  /** base64url of the 64 bytes of an Ed25519 signature over {@link headStatement}. */
  readonly signature: string
}

/** Returns what is signed. */
function headStatement({ logId, size, rootHash, signedAt }: Omit<SignedHead, 'keyId' | 'signature'>): Buffer {
  return Buffer.from(`elves log head\n${logId}\n${size}\n${rootHash}\n${signedAt}\n`)
}

/** Returns the name of a public key (base64url): the first 16 hex digits of the SHA-256 of its 32 bytes. */
export function headKeyId(publicKey: string): string {
  return hash('sha256', Buffer.from(publicKey, 'base64url')).slice(0, 16)
}

export function signHead(signer: Signer, head: Omit<SignedHead, 'keyId' | 'signature'>): SignedHead {
  return { ...head, keyId: headKeyId(signer.publicKey), signature: signer.sign(headStatement(head)) }
}

export function isHeadSigned(head: SignedHead, publicKey: string): boolean {
  return head.keyId === headKeyId(publicKey) && isSignedBy(publicKey, headStatement(head), head.signature)
}

/** Returns a head from what was read; null if it is none. */
export function headOf(read: unknown): SignedHead | null {
  const { logId, size, rootHash, signedAt, keyId, signature } = (read ?? {}) as Readonly<Record<string, unknown>>
  const areTexts = [logId, rootHash, keyId, signature].every((one) => typeof one === 'string')
  if (!areTexts || !isCount(size) || !isCount(signedAt)) return null
  return { logId, size, rootHash, signedAt, keyId, signature } as SignedHead
}

/** Returns whether a value that was read is a whole number from 0 on. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
