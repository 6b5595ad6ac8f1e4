import { asBuffer, headerLength, type MessageCodec, type SchemaVersion } from './message-codec.ts'

/** Thrown if the reader knows no version of a message: the reader must be upgraded first. */
export class UnknownToReader extends Error {
  override readonly name = 'UnknownToReader'
  readonly messageName: string
  constructor(messageName: string) {
    super(`the reader reads no version of ${messageName}`)
    this.messageName = messageName
  }
}

/** Writes for one reader: each message in the newest version that the reader reads. */
export class VersionedWriter {
  readonly #codec: MessageCodec
  readonly #readable: ReadonlySet<string>
  /** Chosen versions by message name; null if the reader reads none. */
  readonly #chosen = new Map<string, SchemaVersion | null>()

  constructor(codec: MessageCodec, readerFingerprints: Iterable<string>) {
    this.#codec = codec
    this.#readable = new Set(readerFingerprints)
  }

  canWrite(name: string): boolean {
    return this.#choose(name) !== null
  }

  /** Throws {@link UnknownToReader}. */
  encode(name: string, value: unknown): Buffer {
    const version = this.#choose(name)
    if (!version) throw new UnknownToReader(name)
    return version.resolver ? this.#encodeAs(version, value) : this.#codec.encode(name, value)
  }

  /**
   * Returns bytes that another process encoded, in a version that the reader can read. If the reader can read them as
   * they are, they stay the same, even if they are newer than this process. Throws {@link UnknownToReader}, and
   * UndecodableMessage if this process can't read them.
   */
  forward(bytes: Uint8Array): Buffer {
    const buffer = asBuffer(bytes)
    if (this.#readable.has(buffer.toString('hex', 2, headerLength))) return buffer
    const { name, value } = this.#codec.decode(buffer)
    return this.encode(name, value)
  }

  #choose(name: string): SchemaVersion | null {
    const known = this.#chosen.get(name)
    if (known !== undefined) return known
    const fingerprint = this.#codec.fingerprintsOf(name).find((one) => this.#readable.has(one))
    const version = fingerprint === undefined ? null : this.#codec.versionBy(fingerprint)
    this.#chosen.set(name, version)
    return version
  }

  /** Encodes in today's version and reads that with the earlier version: this applies its rules, for example for an enum symbol that it lacks. */
  #encodeAs({ name, type, header }: SchemaVersion, value: unknown): Buffer {
    const today = this.#codec.today(name).type
    const bytes = this.#codec.encode(name, value)
    const { value: earlier } = type.decode(bytes, header.length, type.createResolver(today)) as { value: unknown }
    return Buffer.concat([header, type.toBuffer(earlier)])
  }
}
