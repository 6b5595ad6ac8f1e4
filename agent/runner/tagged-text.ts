import { createHash, type Hash } from 'node:crypto'
import { codePointCut } from './bytes.ts'

/** The text between two tags; cut where it was longer than the limit. */
export interface TaggedText {
  readonly text: string
  readonly isTruncated: boolean
  /** Of the whole text, UTF-8. */
  readonly byteCount: number
  /** Lower-case hex of the whole text, where it was cut. */
  readonly sha256: string | null
}

/** Finds the text between the first opening tag of a byte stream and a closing one after it, in bounded memory. */
export interface TaggedTextScan {
  /** Takes the next bytes, valid UTF-8. */
  write(chunk: Buffer): void
  /** What was found so far; null without an opening tag and a closing one after it. */
  result(): TaggedText | null
}

/**
 * A scan for one tag, to the first closing one or to the last. Which one is the last is known only at the end, so each
 * chunk's last one commits what came before it: how long it was and, beyond the limit, a snapshot of the hash. One
 * snapshot a chunk, because an output of nothing but closing tags would otherwise cost millions.
 */
export function taggedTextScan(tag: string, limitBytes: number, closingTag: 'FIRST' | 'LAST'): TaggedTextScan {
  const opening = Buffer.from(`<${tag}>`)
  const closing = Buffer.from(`</${tag}>`)
  const kept: Buffer[] = []
  let keptBytes = 0
  let isInside = false
  let isDone = false
  let carry: Buffer = Buffer.alloc(0)
  let byteCount = 0
  let hash: Hash | null = null
  let committed: { byteCount: number; hash: Hash | null } | null = null

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
    // Before the limit is crossed all bytes are kept, so that a hash begun later can still start at the beginning.
    kept.push(Buffer.from(wanted))
    keptBytes += wanted.length
  }

  function writeInside(bytes: Buffer): void {
    const end = closingTag === 'FIRST' ? bytes.indexOf(closing) : bytes.lastIndexOf(closing)
    if (end >= 0) {
      take(bytes.subarray(0, end))
      committed = { byteCount, hash: (hash as Hash | null)?.copy() ?? null }
      isDone = closingTag === 'FIRST'
      if (isDone) return
    }
    const carryStart = Math.max(end + 1, bytes.length - closing.length + 1, 0)
    take(bytes.subarray(Math.max(end, 0), carryStart))
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

  function result(): TaggedText | null {
    if (committed === null) return null
    const isTruncated = committed.byteCount > limitBytes
    const whole = Buffer.concat(kept)
    const bytes = isTruncated ? codePointCut(whole, limitBytes) : whole.subarray(0, committed.byteCount)
    // A copy, so that asking twice is possible.
    const sha256 = isTruncated ? (committed.hash?.copy().digest('hex') ?? null) : null
    return { text: bytes.toString('utf8'), isTruncated, byteCount: committed.byteCount, sha256 }
  }

  return { write, result }
}
