import { hash } from 'node:crypto'

/** Digests go through a text of one byte a character: a digest that `hash` makes as a Buffer takes three times as long as one as text. */
function sha256(data: string | Uint8Array): Buffer {
  return Buffer.from(hash('sha256', data, 'binary'), 'latin1')
}

/** Returns the hash of a leaf, as RFC 9162 has it: SHA-256 over 0x00 and the bytes, here those of a text. */
export function logLeafHash(text: string): Buffer {
  return sha256(`\0${text}`)
}

const joined = Buffer.alloc(65)
joined[0] = 1

/** Returns the hash of an inner node: SHA-256 over 0x01 and the hashes of both children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  joined.set(left, 1)
  joined.set(right, 33)
  return sha256(joined)
}

/** Root of a tree without leaves. */
const emptyRoot: Buffer = sha256('')

/** The right edge of a growing tree: the roots of the complete subtrees that make it up, largest first. */
export class TreeEdge {
  #size: number
  readonly #nodes: Buffer[]

  /** `nodes` are those that an edge of this size has. */
  constructor(size = 0, nodes: readonly Buffer[] = []) {
    this.#size = size
    this.#nodes = [...nodes]
  }

  /** Number of leaves. */
  get size(): number {
    return this.#size
  }

  get nodes(): readonly Buffer[] {
    return this.#nodes
  }

  /** Adds a leaf; `onNode` is told each node that is complete by it, leaf first, with its height. */
  add(leaf: Buffer, onNode?: (height: number, hash: Buffer) => void): void {
    let node = leaf
    onNode?.(0, node)
    let height = 0
    for (let size = this.#size; size % 2 === 1; size = (size - 1) / 2) {
      node = nodeHash(this.#nodes.pop() as Buffer, node)
      height += 1
      onNode?.(height, node)
    }
    this.#nodes.push(node)
    this.#size += 1
  }

  root(): Buffer {
    return this.#nodes.length === 0 ? emptyRoot : this.#nodes.reduceRight((right, left) => nodeHash(left, right))
  }

  copy(): TreeEdge {
    return new TreeEdge(this.#size, this.#nodes)
  }
}

/** Looks up a complete subtree: the one of 2^height leaves that begins at leaf index × 2^height. */
export type NodeOf = (height: number, index: number) => Promise<Buffer>

/** Returns the roots of the complete subtrees that make up a tree of this size, largest first. */
export async function edgeNodes(size: number, nodeOf: NodeOf): Promise<Buffer[]> {
  return Promise.all(edgeParts(0, size).map(({ height, index }) => nodeOf(height, index)))
}

/** Splits leaves `from` to `to` (exclusive) into complete subtrees, in order. */
export function edgeParts(from: number, to: number): readonly { readonly height: number; readonly index: number }[] {
  const parts = []
  let at = from
  while (at < to) {
    let height = 0
    while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= to) height += 1
    parts.push({ height, index: at / 2 ** height })
    at += 2 ** height
  }
  return parts
}

/** Returns the root of a tree from the complete subtrees over its first leaves and those over the rest, as {@link edgeParts} splits them. */
export function rootOfParts(first: number, left: readonly Buffer[], size: number, right: readonly Buffer[]): Buffer {
  const heights = [...edgeParts(0, first), ...edgeParts(first, size)].map(({ height }) => height)
  const parts: { readonly height: number; readonly node: Buffer }[] = []
  for (const [at, given] of [...left, ...right].entries()) {
    let part = { height: heights[at] as number, node: given }
    for (let last = parts.at(-1); last?.height === part.height; last = parts.at(-1)) {
      parts.pop()
      part = { height: part.height + 1, node: nodeHash(last.node, part.node) }
    }
    parts.push(part)
  }
  return parts.length === 0 ? emptyRoot : parts.map(({ node }) => node).reduceRight((one, before) => nodeHash(before, one))
}

/** The largest power of two below `size`, which is above 1: so many leaves are left of the root. */
export function leavesLeft(size: number): number {
  let left = 1
  while (left * 2 < size) left *= 2
  return left
}

async function hashOf(start: number, size: number, nodeOf: NodeOf): Promise<Buffer> {
  if (Number.isInteger(Math.log2(size)) && start % size === 0) return nodeOf(Math.log2(size), start / size)
  const left = leavesLeft(size)
  const [one, other] = await Promise.all([hashOf(start, left, nodeOf), hashOf(start + left, size - left, nodeOf)])
  return nodeHash(one, other)
}

/** Returns the root of the first `size` leaves. */
export async function treeRoot(size: number, nodeOf: NodeOf): Promise<Buffer> {
  return size === 0 ? emptyRoot : hashOf(0, size, nodeOf)
}

/** Returns the inclusion path of a leaf in the tree of the first `size` leaves (RFC 9162, 2.1.3.1), lowest node first. */
export async function inclusionPath(leaf: number, size: number, nodeOf: NodeOf, start = 0): Promise<readonly Buffer[]> {
  if (size === 1) return []
  const left = leavesLeft(size)
  if (leaf < left) return [...(await inclusionPath(leaf, left, nodeOf, start)), await hashOf(start + left, size - left, nodeOf)]
  return [...(await inclusionPath(leaf - left, size - left, nodeOf, start + left)), await hashOf(start, left, nodeOf)]
}

/** Returns the root to which an inclusion path leads from a leaf; null: the path is none of a tree of this size. */
export function rootByPath(leaf: Buffer, index: number, size: number, path: readonly Buffer[]): Buffer | null {
  if (size === 1) return path.length === 0 ? leaf : null
  const [last, left] = [path.at(-1), leavesLeft(size)]
  if (!last || index >= size) return null
  const below = path.slice(0, -1)
  const root = index < left ? rootByPath(leaf, index, left, below) : rootByPath(leaf, index - left, size - left, below)
  return root && (index < left ? nodeHash(root, last) : nodeHash(last, root))
}

/** Returns the proof that the tree of `to` leaves begins with the tree of `from` leaves (RFC 9162, 2.1.4.1); 0 < from <= to. */
export async function consistencyPath(from: number, to: number, nodeOf: NodeOf): Promise<readonly Buffer[]> {
  return from === to ? [] : consistencyPart(from, to, 0, true, nodeOf)
}

async function consistencyPart(from: number, size: number, start: number, isWhole: boolean, nodeOf: NodeOf): Promise<readonly Buffer[]> {
  if (from === size) return isWhole ? [] : [await hashOf(start, size, nodeOf)]
  const left = leavesLeft(size)
  if (from <= left) {
    return [...(await consistencyPart(from, left, start, isWhole, nodeOf)), await hashOf(start + left, size - left, nodeOf)]
  }
  return [...(await consistencyPart(from - left, size - left, start + left, false, nodeOf)), await hashOf(start, left, nodeOf)]
}
