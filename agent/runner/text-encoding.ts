import { isUtf8 } from 'node:buffer'

/** Turns the bytes of one stream into valid UTF-8, also where a chunk ends inside a character. */
export interface Utf8Stream {
  write(chunk: Buffer): Buffer
  /** What was left of an unfinished character. */
  finish(): Buffer
  /** Whether bytes came that are no text in the encoding: they became U+FFFD. */
  hasReplaced(): boolean
}

/** Whether this is the name of a text encoding that we can read: `gbk`, `gb18030`, `big5`, `shift_jis` and the others of the web. */
export function isTextEncoding(name: string): boolean {
  try {
    return new TextDecoder(name).encoding !== ''
  } catch {
    return false
  }
}

/** For a name that {@link isTextEncoding} knows. */
export function utf8Stream(encoding: string): Utf8Stream {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true })
  /** Goes along until it finds something that is no text: the other one does not tell. */
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
    // Nearly every chunk of UTF-8 is valid as it is and needs no copy.
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
