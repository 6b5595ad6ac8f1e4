import { hash } from 'node:crypto'

/** Bytes of a step of a path: the side of the other hash (0: left, 1: right), and the hash. */
const stepBytes = 33
const hashBytes = 32
/** A path of more steps is none: a tree has at most {@link mostLeaves}. */
const mostSteps = 10
/** So many leaves make one tree at most. */
export const mostLeaves = 2 ** mostSteps

/** The hashes of leaves and of pairs begin otherwise, so that nobody can pass off a pair as a leaf. */
const leafMark = Buffer.from([0])
const pairMark = 1

/** A digest that is made as a Buffer has memory of its own, and takes three times as long as one that comes through a text of one byte a character. */
function sha256(data: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', data, 'binary'), 'latin1')
}

/** Hashes that stand under one root, and for each the path on which its reader comes from it to the root. */
export interface HashTree {
  readonly root: Buffer
  readonly paths: readonly Buffer[]
}

/** Returns the SHA-256 of a leaf, which is these parts one after the other. */
export function leafHash(...parts: readonly Uint8Array[]): Buffer {
  return sha256(Buffer.concat([leafMark, ...parts]))
}

/** Returns the tree over hashes of leaves, in their order: 1 to {@link mostLeaves}. A hash without a neighbour goes up as it is. */
export function hashTree(leaves: readonly Buffer[]): HashTree {
  const levels = [leaves]
  for (let level = leaves; level.length > 1; levels.push(level)) level = above(level)
  const [root = Buffer.alloc(0)] = levels.at(-1) ?? []
  return { root, paths: leaves.map((_, index) => pathOf(index, levels)) }
}

function above(level: readonly Buffer[]): Buffer[] {
  const pairs: Buffer[] = []
  for (let index = 0; index < level.length; index += 2) {
    const left = level[index] as Buffer
    const right = level[index + 1]
    pairs.push(right ? pairHash(left, right) : left)
  }
  return pairs
}

function pathOf(index: number, levels: readonly (readonly Buffer[])[]): Buffer {
  const steps = Buffer.allocUnsafe(levels.length * stepBytes)
  let end = 0
  levels.forEach((level, height) => {
    const other = (index >> height) ^ 1
    const otherHash = level[other]
    if (!otherHash) return
    steps[end] = other & 1
    otherHash.copy(steps, end + 1)
    end += stepBytes
  })
  return steps.subarray(0, end)
}

/** A pair is put here to be hashed, which ends before another one comes. */
const pair = Buffer.alloc(1 + 2 * hashBytes, pairMark)

function pairHash(left: Uint8Array, right: Uint8Array): Buffer {
  pair.set(left, 1)
  pair.set(right, 1 + hashBytes)
  return sha256(pair)
}

/** Returns the root to which a path leads from the hash of a leaf; null where it is no path. */
export function rootOf(leaf: Buffer, path: Uint8Array): Buffer | null {
  if (path.length % stepBytes !== 0 || path.length > mostSteps * stepBytes) return null
  let reached = leaf
  for (let at = 0; at < path.length; at += stepBytes) {
    const side = path[at]
    const other = path.subarray(at + 1, at + 1 + hashBytes)
    if (side === 0) reached = pairHash(other, reached)
    else if (side === 1) reached = pairHash(reached, other)
    else return null
  }
  return reached
}
