import { asBuffer } from './bytes.ts'
import { headerLength, type MessageCodec, type SchemaVersion } from './message-codec.ts'

/** A message that its reader has no schema for, of no version: it must be upgraded first. */
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
  /** By message name; null: the reader reads none. */
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

  /** Bytes that somebody else encoded, as this reader can read them: mostly the same, which may be newer than we are. Throws {@link UnknownToReader}, and UndecodableMessage where we can't read them ourselves. */
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

  /** By way of the earlier version's own reading of today's bytes: it knows what becomes of an enum symbol that it lacks. */
  #encodeAs({ name, type, header }: SchemaVersion, value: unknown): Buffer {
    const today = this.#codec.today(name).type
    const bytes = this.#codec.encode(name, value)
    const { value: earlier } = type.decode(bytes, header.length, type.createResolver(today)) as { value: unknown }
    return Buffer.concat([header, type.toBuffer(earlier)])
  }
}
