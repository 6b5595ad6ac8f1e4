export interface CheckedProof {
  readonly index: number
  readonly size: number
  /** Hex. */
  readonly leafHash: string
  /** Hex, from the leaf upwards. */
  readonly path: readonly string[]
  /** Hex. */
  readonly rootHash: string
}

/** Computes the root from the leaf and its path, as RFC 9162, 2.1.3.2 says, and compares. */
export async function checkInclusion({ index, size, leafHash, path, rootHash }: CheckedProof): Promise<boolean> {
  if (index >= size) return false
  let [place, last, hash] = [index, size - 1, bytesOf(leafHash)]
  for (const step of path) {
    if (last === 0) return false
    const other = bytesOf(step)
    if (place % 2 === 1 || place === last) {
      hash = await nodeHash(other, hash)
      while (place % 2 === 0 && place !== 0) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)]
    } else {
      hash = await nodeHash(hash, other)
    }
    ;[place, last] = [Math.floor(place / 2), Math.floor(last / 2)]
  }
  return last === 0 && hexOf(hash) === rootHash.toLowerCase()
}

async function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(1 + left.length + right.length)
  bytes[0] = 1
  bytes.set(left, 1)
  bytes.set(right, 1 + left.length)
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
