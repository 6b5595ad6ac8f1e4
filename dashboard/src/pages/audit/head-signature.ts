export interface CheckedHead {
  readonly logId: string
  readonly size: number
  /** Hex. */
  readonly rootHash: string
  /** ISO 8601. */
  readonly signedAt: string
  /** base64url. */
  readonly signature: string
  /** base64url. */
  readonly publicKey: string
}

/** Returns whether a head's key signed it; null where this browser can not check Ed25519. */
export async function isSignedHead({ logId, size, rootHash, signedAt, signature, publicKey }: CheckedHead): Promise<boolean | null> {
  const statement = `elves log head\n${logId}\n${size}\n${rootHash}\n${Date.parse(signedAt)}\n`
  try {
    const key = await crypto.subtle.importKey('raw', fromBase64Url(publicKey), 'Ed25519', false, ['verify'])
    return await crypto.subtle.verify('Ed25519', key, fromBase64Url(signature), new TextEncoder().encode(statement))
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError') return null
    return false
  }
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (char) => char.charCodeAt(0))
}
