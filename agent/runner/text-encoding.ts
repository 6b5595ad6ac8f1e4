import { isUtf8 } from 'node:buffer'

/** Turns the bytes of one stream into valid UTF-8, even if a chunk ends inside a character. */
export interface Utf8Stream {
  write(chunk: Buffer): Buffer
  /** Returns what an unfinished character at the end becomes. */
  finish(): Buffer
  /** Returns true if some bytes were not valid in the encoding and became U+FFFD. */
  hasReplaced(): boolean
}

/** Returns true if Node can decode the encoding of this name: `gbk`, `gb18030`, `big5`, `shift_jis` and the others of the web. */
export function isTextEncoding(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== ''
  } catch {
    return false
  }
}

/** `encoding` must be a name that {@link isTextEncoding} accepts. */
export function utf8Stream(encoding: string): Utf8Stream {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true })
  /** A second decoder, used until it finds invalid bytes: the first one replaces them without reporting it. */
  let strict: InstanceType<typeof TextDecoder> | null = new TextDecoder(encoding, { ignoreBOM: true, fatal: true })
  let isAsItIs = decoder.encoding === 'utf-8'

  function check(chunk: Buffer | undefined): void {
    try {
      strict?.decode(chunk, { stream: chunk !== undefined })
    } catch {
      strict = null
    }
  }

  function write(chunk: Buffer): Buffer {
    // Almost every chunk of UTF-8 is valid already and needs no copy.
    if (isAsItIs && isUtf8(chunk)) return chunk
    isAsItIs = false
    check(chunk)
    return Buffer.from(decoder.decode(chunk, { stream: true }))
  }

  function finish(): Buffer {
    check(undefined)
    return Buffer.from(decoder.decode())
  }

  return { write, finish, hasReplaced: () => strict === null }
}
