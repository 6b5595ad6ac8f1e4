import { createHash, type Hash } from 'node:crypto'
import { codePointCut } from './bytes.ts'

/** A text that a worker printed, cut at a limit. */
export interface KeptText {
  readonly text: string
  readonly isTruncated: boolean
  /** Length of the whole text in UTF-8. */
  readonly byteCount: number
  /** Hash of the whole text in lower-case hex, if it was cut; else null. */
  readonly sha256: string | null
}

/** Takes a byte stream and keeps a text of it, in bounded memory. */
export interface TextScan {
  /** Takes the next bytes, valid UTF-8. */
  write(chunk: Buffer): void
  /** Returns what was found so far; null if there is no such text. */
  result(): KeptText | null
}

/** A place in a stream up to which the text may reach. */
interface Reached {
  readonly byteCount: number
  readonly hash: Hash | null
}

/** Keeps the first bytes of a stream, its length and, beyond the limit, its hash. */
function textKeeper(limitBytes: number) {
  const kept: Buffer[] = []
  let keptBytes = 0
  let byteCount = 0
  let hash: Hash | null = null

  function take(bytes: Buffer): void {
    if (bytes.length === 0) return
    byteCount += bytes.length
    if (hash === null && byteCount > limitBytes) {
      hash = createHash('sha256')
      for (const part of kept) hash.update(part)
      hash.update(bytes)
    } else {
      hash?.update(bytes)
    }
    const wanted = bytes.subarray(0, Math.max(0, limitBytes - keptBytes))
    if (wanted.length === 0) return
    // All bytes up to the limit are kept, so that a hash that is begun later can still cover the beginning.
    kept.push(Buffer.from(wanted))
    keptBytes += wanted.length
  }

  function textUpTo(reached: Reached): KeptText {
    const isTruncated = reached.byteCount > limitBytes
    const whole = Buffer.concat(kept)
    const bytes = isTruncated ? codePointCut(whole, limitBytes) : whole.subarray(0, reached.byteCount)
    // Digests a copy, so that it can be called again.
    const sha256 = isTruncated ? (reached.hash?.copy().digest('hex') ?? null) : null
    return { text: bytes.toString('utf8'), isTruncated, byteCount: reached.byteCount, sha256 }
  }

  return { take, reached: (): Reached => ({ byteCount, hash: (hash as Hash | null)?.copy() ?? null }), textUpTo }
}

/** Keeps all of a stream. */
export function wholeTextScan(limitBytes: number): TextScan {
  const keeper = textKeeper(limitBytes)
  return { write: keeper.take, result: () => keeper.textUpTo(keeper.reached()) }
}

/**
 * Finds the text between the first opening tag of a stream and the first or the last closing one after it. Which closing
 * tag is the last is known only at the end, so the last one of each chunk commits the text before it: its length and,
 * beyond the limit, a snapshot of the hash. There is one snapshot per chunk, because an output that consists of closing
 * tags would otherwise need millions.
 */
export function taggedTextScan(tag: string, limitBytes: number, closingTag: 'FIRST' | 'LAST'): TextScan {
  const opening = Buffer.from(`<${tag}>`)
  const closing = Buffer.from(`</${tag}>`)
  const keeper = textKeeper(limitBytes)
  let isInside = false
  let isDone = false
  let carry: Buffer = Buffer.alloc(0)
  let committed: Reached | null = null

  function writeInside(bytes: Buffer): void {
    const end = closingTag === 'FIRST' ? bytes.indexOf(closing) : bytes.lastIndexOf(closing)
    if (end >= 0) {
      keeper.take(bytes.subarray(0, end))
      committed = keeper.reached()
      isDone = closingTag === 'FIRST'
      if (isDone) return
    }
    const carryStart = Math.max(end + 1, bytes.length - closing.length + 1, 0)
    keeper.take(bytes.subarray(Math.max(end, 0), carryStart))
    carry = bytes.subarray(carryStart)
  }

  function lookForOpening(bytes: Buffer): void {
    const start = bytes.indexOf(opening)
    isInside = start >= 0
    if (isInside) writeInside(bytes.subarray(start + opening.length))
    else carry = bytes.subarray(Math.max(0, bytes.length - opening.length + 1))
  }

  function write(chunk: Buffer): void {
    if (isDone) return
    const bytes = carry.length === 0 ? chunk : Buffer.concat([carry, chunk])
    if (isInside) writeInside(bytes)
    else lookForOpening(bytes)
  }

  return { write, result: () => committed && keeper.textUpTo(committed) }
}
