/** Text of one stream, with nothing on the other in between. */
export interface OutputSegment {
  readonly stream: 'OUT' | 'ERR'
  /** Of the first byte, in what the attempt printed. */
  readonly offset: number
  /** Length in UTF-8. */
  readonly bytes: number
  readonly text: string
}

/** A row of the log. */
export interface OutputChunk {
  readonly offset: number
  /** Lengths of the pieces; those of standard error are negative. */
  readonly lengths: readonly number[]
  readonly bytes: Buffer
}

interface Part {
  readonly stream: 'OUT' | 'ERR'
  readonly offset: number
  readonly buffers: Buffer[]
  bytes: number
}

/** Most segments at once: as many as a page has entries. */
const segmentsMost = 500

/**
 * Returns the text from `from` to `to` as far as the chunks, which are in order, have it without a gap. A character that is not whole
 * at the end is left for the next slice, which begins at `next`.
 */
export function outputSegments(
  chunks: readonly OutputChunk[],
  from: number,
  to: number,
): { readonly segments: readonly OutputSegment[]; readonly next: number } {
  const parts: Part[] = []
  let at = from
  for (const piece of piecesOf(chunks)) {
    if (piece.offset > at || at >= to) break
    const bytes = piece.bytes.subarray(at - piece.offset, to - piece.offset)
    if (bytes.length === 0) continue
    const last = parts.at(-1)
    if (last?.stream === piece.stream) {
      last.buffers.push(bytes)
      last.bytes += bytes.length
    } else {
      if (parts.length === segmentsMost) break
      parts.push({ stream: piece.stream, offset: at, buffers: [bytes], bytes: bytes.length })
    }
    at += bytes.length
  }
  const segments = parts.map(segmentOf).filter(({ bytes }) => bytes > 0)
  const last = segments.at(-1)
  return { segments, next: last ? last.offset + last.bytes : from }
}

function* piecesOf(chunks: readonly OutputChunk[]) {
  for (const { offset, lengths, bytes } of chunks) {
    let at = 0
    for (const length of lengths) {
      const size = Math.abs(length)
      yield { stream: length < 0 ? ('ERR' as const) : ('OUT' as const), offset: offset + at, bytes: bytes.subarray(at, at + size) }
      at += size
    }
  }
}

function segmentOf({ stream, offset, buffers }: Part, index: number, parts: readonly Part[]): OutputSegment {
  const whole = Buffer.concat(buffers)
  const bytes = index === parts.length - 1 ? withoutHalfCharacter(whole, index === 0) : whole
  return { stream, offset, bytes: bytes.length, text: bytes.toString('utf8') }
}

/** `isAll`: nothing else is in the slice, which must not be empty. */
function withoutHalfCharacter(utf8: Buffer, isAll: boolean): Buffer {
  let start = utf8.length - 1
  while (start > 0 && utf8.length - start < 4 && ((utf8[start] ?? 0) & 0xc0) === 0x80) start -= 1
  const lead = utf8[start] ?? 0
  const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
  return start + needed > utf8.length && (start > 0 || !isAll) ? utf8.subarray(0, start) : utf8
}
