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

export interface CheckedGrowth {
  readonly fromSize: number
  readonly toSize: number
  /** Hex, as are the others. */
  readonly fromRootHash: string
  readonly toRootHash: string
  readonly path: readonly string[]
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
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)]
    } else {
      hash = await nodeHash(hash, other)
    }
    ;[place, last] = [half(place), half(last)]
  }
  return last === 0 && hexOf(hash) === rootHash.toLowerCase()
}

/** Computes both roots from the nodes of a proof, as RFC 9162, 2.1.4.2 says, and compares: whether the log only grew. */
export async function checkGrowth({ fromSize, toSize, fromRootHash, toRootHash, path }: CheckedGrowth): Promise<boolean> {
  if (fromSize < 1 || fromSize > toSize) return false
  if (fromSize === toSize) return path.length === 0 && fromRootHash.toLowerCase() === toRootHash.toLowerCase()
  const isWhole = Number.isInteger(Math.log2(fromSize))
  const [first, ...rest] = isWhole ? [fromRootHash, ...path] : path
  if (first === undefined) return false
  let [place, last] = [fromSize - 1, toSize - 1]
  while (place % 2 === 1) [place, last] = [half(place), half(last)]
  let [from, to] = [bytesOf(first), bytesOf(first)]
  for (const step of rest) {
    if (last === 0) return false
    const other = bytesOf(step)
    if (place % 2 === 1 || place === last) {
      ;[from, to] = [await nodeHash(other, from), await nodeHash(other, to)]
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)]
    } else {
      to = await nodeHash(to, other)
    }
    ;[place, last] = [half(place), half(last)]
  }
  return last === 0 && hexOf(from) === fromRootHash.toLowerCase() && hexOf(to) === toRootHash.toLowerCase()
}

/** Hash of a leaf: SHA-256 of the byte 0 and its text, hex. */
export async function leafHashOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text)
  const whole = new Uint8Array(1 + bytes.length)
  whole.set(bytes, 1)
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', whole)))
}

/** SHA-256 of a text's UTF-8 form, hex. */
export async function textHash(text: string): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))
}

async function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(1 + left.length + right.length)
  bytes[0] = 1
  bytes.set(left, 1)
  bytes.set(right, 1 + left.length)
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

/** Sizes are above what a shift of bits can hold. */
function half(value: number): number {
  return Math.floor(value / 2)
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
