import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { checkGrowth, checkInclusion } from '../src/pages/audit/log-tree.ts'

const sha = (...parts: (string | Buffer)[]) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
const node = (left: Buffer, right: Buffer) => sha(Buffer.from([1]), left, right)
const leaves = Array.from({ length: 7 }, (_, index) => sha(Buffer.from([0]), String(index)))

/** RFC 9162, 2.1.1. */
function root(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 1) return hashes[0] as Buffer
  const k = split(hashes.length)
  return node(root(hashes.slice(0, k)), root(hashes.slice(k)))
}

/** RFC 9162, 2.1.3.1. */
function path(index: number, hashes: readonly Buffer[]): Buffer[] {
  if (hashes.length === 1) return []
  const k = split(hashes.length)
  return index < k ? [...path(index, hashes.slice(0, k)), root(hashes.slice(k))] : [...path(index - k, hashes.slice(k)), root(hashes.slice(0, k))]
}

const split = (size: number) => 2 ** Math.ceil(Math.log2(size) - 1)

test('every leaf of every size leads to the root, and no other leaf does', async () => {
  for (let size = 1; size <= leaves.length; size++) {
    const hashes = leaves.slice(0, size)
    for (let index = 0; index < size; index++) {
      const proof = {
        index,
        size,
        leafHash: leaves[index]?.toString('hex') ?? '',
        path: path(index, hashes).map((one) => one.toString('hex')),
        rootHash: root(hashes).toString('hex'),
      }
      expect(await checkInclusion(proof)).toBe(true)
      expect(await checkInclusion({ ...proof, leafHash: sha('another').toString('hex') })).toBe(false)
      expect(await checkInclusion({ ...proof, rootHash: sha('another').toString('hex') })).toBe(false)
    }
  }
})

/** RFC 9162, 2.1.4.1. */
function growth(from: number, hashes: readonly Buffer[], isWhole = true): Buffer[] {
  if (from === hashes.length) return isWhole ? [] : [root(hashes)]
  const k = split(hashes.length)
  return from <= k
    ? [...growth(from, hashes.slice(0, k), isWhole), root(hashes.slice(k))]
    : [...growth(from - k, hashes.slice(k), false), root(hashes.slice(0, k))]
}

test('every size grew from every smaller one, and from no other root', async () => {
  for (let toSize = 1; toSize <= leaves.length; toSize++) {
    for (let fromSize = 1; fromSize <= toSize; fromSize++) {
      const [fromRootHash, toRootHash] = [fromSize, toSize].map((size) => root(leaves.slice(0, size)).toString('hex')) as [string, string]
      const path = growth(fromSize, leaves.slice(0, toSize)).map((one) => one.toString('hex'))
      const proof = { fromSize, toSize, fromRootHash, toRootHash, path }
      expect(await checkGrowth(proof)).toBe(true)
      expect(await checkGrowth({ ...proof, fromRootHash: sha('another').toString('hex') })).toBe(false)
      expect(await checkGrowth({ ...proof, toRootHash: sha('another').toString('hex') })).toBe(false)
    }
  }
})
