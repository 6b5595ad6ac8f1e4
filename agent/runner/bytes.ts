/** The first bytes, at most `limitBytes`, without half a code point at their end. */
export function codePointCut(utf8: Buffer, limitBytes: number): Buffer {
  if (utf8.length <= limitBytes) return withoutHalfCodePoint(utf8)
  let end = limitBytes
  // A continuation byte behind the cut means that the cut is inside a code point.
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

/** The last bytes of a stream. */
export interface Tail {
  write(chunk: Buffer): void
  /** The text, marked with `…` where its beginning is missing. */
  text(): string
}

export function tail(limitBytes: number): Tail {
  let kept: Buffer = Buffer.alloc(0)
  let isCut = false

  function write(chunk: Buffer): void {
    const all = Buffer.concat([kept, chunk.subarray(-limitBytes)])
    isCut ||= chunk.length > limitBytes || all.length > limitBytes
    kept = all.length > limitBytes ? Buffer.from(all.subarray(-limitBytes)) : all
  }

  function text(): string {
    if (!isCut) return kept.toString('utf8')
    let start = 0
    while (start < 4 && ((kept[start] ?? 0) & 0xc0) === 0x80) start += 1
    return `…${kept.subarray(start).toString('utf8')}`
  }

  return { write, text }
}
