import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashTree, leafHash, mostLeaves, rootOf } from './instruction-tree.ts'

const leaves = (count: number) => Array.from({ length: count }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)))

test('from each leaf its path leads to the root, in trees of any size', () => {
  for (const count of [1, 2, 3, 4, 5, 7, 8, 9, 100, mostLeaves - 1, mostLeaves]) {
    const given = leaves(count)
    const { root, paths } = hashTree(given)
    given.forEach((leaf, index) => {
      expect(rootOf(leaf, paths[index] ?? Buffer.alloc(1))).toEqual(root)
    })
  }
  expect(hashTree(leaves(1))).toEqual({ root: leaves(1)[0], paths: [Buffer.alloc(0)] })
})

test('a path of another leaf, a changed one and one that is none do not lead there', () => {
  const byteOf = fc.record({ count: fc.integer({ min: 2, max: 40 }), leaf: fc.nat(), at: fc.nat(), change: fc.integer({ min: 1, max: 255 }) })
  fc.assert(
    fc.property(byteOf, ({ count, leaf, at, change }) => {
      const given = leaves(count)
      const { root, paths } = hashTree(given)
      const index = leaf % count
      const [own, path] = [given[index] as Buffer, paths[index] as Buffer]
      const changed = Buffer.from(path)
      changed[at % path.length] = (changed[at % path.length] as number) ^ change
      expect(rootOf(own, changed)).not.toEqual(root)
      expect(rootOf(given[(index + 1) % count] as Buffer, path)).not.toEqual(root)
      expect(rootOf(own, path.subarray(1))).toBeNull()
      expect(rootOf(own, path.subarray(33))).not.toEqual(root)
    }),
  )
  expect(rootOf(leaves(1)[0] as Buffer, Buffer.alloc(33 * 11))).toBeNull()
})

test('what stands between leaves and root is no leaf, and the root of one leaf is no root of two', () => {
  const [left, right] = leaves(2) as [Buffer, Buffer]
  const { root } = hashTree([left, right])
  expect(leafHash(Buffer.concat([left, right]))).not.toEqual(root)
})
