/** Tag of a field with a length: a message, text or bytes. */
export const sized = (field: number) => (field << 3) | 2
/** Tag of a field with a number. */
export const numeric = (field: number) => field << 3

/** Reads the fields of a message of Protocol Buffers from its bytes, as its public encoding says. Throws RangeError for bytes that are cut short. */
export class WireReader {
  readonly #bytes: Buffer
  readonly end: number
  at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.end = bytes.length
  }

  /** A tag, a length, or any number; beyond 2^53 it is not exact. */
  number(): number {
    let [value, factor] = [0, 1]
    for (;;) {
      if (this.at >= this.end) throw new RangeError('a message is cut short')
      const byte = this.#bytes[this.at++] as number
      value += (byte & 127) * factor
      if (byte < 128) return value
      factor *= 128
    }
  }

  bytes(): Buffer {
    const length = this.number()
    const from = this.#passed(length)
    return this.#bytes.subarray(from, from + length)
  }

  text(): string {
    const length = this.number()
    const from = this.#passed(length)
    return this.#bytes.toString('utf8', from, from + length)
  }

  /** Passes over a field that nobody wants. */
  skip(tag: number): void {
    const kind = tag & 7
    if (kind === 0) this.number()
    else if (kind === 2) this.#passed(this.number())
    else if (kind === 1) this.#passed(8)
    else if (kind === 5) this.#passed(4)
    else throw new RangeError(`a message has a field of kind ${kind}`)
  }

  #passed(length: number): number {
    const from = this.at
    this.at += length
    if (this.at > this.end) throw new RangeError('a message is cut short')
    return from
  }
}

let scratch = Buffer.allocUnsafeSlow(64 * 1024)

/** Writes a message of Protocol Buffers. One at a time in a thread: they share a buffer. */
export class WireWriter {
  #at = 0

  number(value: number): this {
    this.#reserve(10)
    let left = value
    while (left >= 128) {
      scratch[this.#at++] = (left % 128) + 128
      left = Math.floor(left / 128)
    }
    scratch[this.#at++] = left
    return this
  }

  bytes(field: number, bytes: Uint8Array): this {
    this.number(sized(field)).number(bytes.length)
    this.#reserve(bytes.length)
    scratch.set(bytes, this.#at)
    this.#at += bytes.length
    return this
  }

  text(field: number, text: string): this {
    return this.message(field, () => {
      this.#reserve(text.length * 3)
      this.#at += scratch.write(text, this.#at)
    })
  }

  /** The length of what `write` writes is known only after it. */
  message(field: number, write: () => void): this {
    this.number(sized(field))
    const lengthAt = this.#at
    this.#reserve(10)
    this.#at += 1
    write()
    const length = this.#at - lengthAt - 1
    if (length < 128) scratch[lengthAt] = length
    else {
      const more = length < 128 ** 2 ? 1 : length < 128 ** 3 ? 2 : length < 128 ** 4 ? 3 : 4
      this.#reserve(more)
      scratch.copyWithin(lengthAt + 1 + more, lengthAt + 1, this.#at)
      this.#at = lengthAt
      this.number(length)
      this.#at += length
    }
    return this
  }

  finish(): Buffer {
    return Buffer.from(scratch.subarray(0, this.#at))
  }

  #reserve(length: number): void {
    if (this.#at + length <= scratch.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(scratch.length * 2, this.#at + length))
    scratch.copy(larger, 0, 0, this.#at)
    scratch = larger
  }
}
