import { createHash, type Hash } from 'node:crypto'
import { codePointCut } from './bytes.ts'

/** The text between two tags, cut at the limit. */
export interface TaggedText {
  readonly text: string
  readonly isTruncated: boolean
  /** Length of the whole text in UTF-8. */
  readonly byteCount: number
  /** Hash of the whole text in lower-case hex, if it was cut; else null. */
  readonly sha256: string | null
}

/** Finds the text between the first opening tag of a byte stream and a closing one after it, in bounded memory. */
export interface TaggedTextScan {
  /** Takes the next bytes, valid UTF-8. */
  write(chunk: Buffer): void
  /** Returns what was found so far; null without an opening tag and a closing one after it. */
  result(): TaggedText | null
}

/**
 * A scan for one tag, up to the first or the last closing tag. Which closing tag is the last is known only at the end,
 * so the last one of each chunk commits the text before it: its length and, beyond the limit, a snapshot of the hash.
 * There is one snapshot per chunk, because an output that consists of closing tags would otherwise need millions.
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
    // All bytes up to the limit are kept, so that a hash that is begun later can still cover the beginning.
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
    // Digests a copy, so that `result` can be called again.
    const sha256 = isTruncated ? (committed.hash?.copy().digest('hex') ?? null) : null
    return { text: bytes.toString('utf8'), isTruncated, byteCount: committed.byteCount, sha256 }
  }

  return { write, result }
}
