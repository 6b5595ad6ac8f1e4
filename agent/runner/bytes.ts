/** Returns the first bytes, at most `limitBytes`, without a partial code point at the end. */
export function codePointCut(utf8: Buffer, limitBytes: number): Buffer {
  if (utf8.length <= limitBytes) return withoutHalfCodePoint(utf8)
  let end = limitBytes
  // A continuation byte after the cut means that the cut is inside a code point.
  while (end > 0 && ((utf8[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return utf8.subarray(0, end)
}

function withoutHalfCodePoint(utf8: Buffer): Buffer {
  let start = utf8.length - 1
  while (start > 0 && ((utf8[start] ?? 0) & 0xc0) === 0x80) start -= 1
  const lead = utf8[start] ?? 0
  const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
  return start + needed > utf8.length ? utf8.subarray(0, Math.max(start, 0)) : utf8
}

/** Returns the bytes without a partial code point at the start. */
function fromCodePoint(utf8: Buffer): Buffer {
  let start = 0
  while (start < 3 && ((utf8[start] ?? 0) & 0xc0) === 0x80) start += 1
  return utf8.subarray(start)
}

/** The beginning and the end of a stream of text, in bounded memory. */
export interface TextEnds {
  /** Takes the next bytes, valid UTF-8. */
  write(chunk: Buffer): void
  /** Returns the text. If the middle is left out, the text says how many bytes. */
  text(): string
  /** Returns how many bytes came. */
  byteCount(): number
}

/** Keeps the first `headBytes` and the last `tailBytes`: some programs print the reason first, others last. */
export function textEnds(headBytes: number, tailBytes: number): TextEnds {
  let head: Buffer = Buffer.alloc(0)
  let tail: Buffer = Buffer.alloc(0)
  let byteCount = 0

  function write(chunk: Buffer): void {
    byteCount += chunk.length
    const ofHead = chunk.subarray(0, headBytes - head.length)
    if (ofHead.length > 0) head = Buffer.concat([head, ofHead])
    const rest = chunk.subarray(ofHead.length)
    if (rest.length === 0) return
    const kept = Buffer.concat([tail, rest.subarray(-tailBytes)])
    tail = kept.length > tailBytes ? Buffer.from(kept.subarray(-tailBytes)) : kept
  }

  function text(): string {
    if (byteCount === head.length + tail.length) return Buffer.concat([head, tail]).toString('utf8')
    const [begin, end] = [codePointCut(head, headBytes), fromCodePoint(tail)]
    return `${begin.toString('utf8')}\n… ${byteCount - begin.length - end.length} bytes left out …\n${end.toString('utf8')}`
  }

  return { write, text, byteCount: () => byteCount }
}
