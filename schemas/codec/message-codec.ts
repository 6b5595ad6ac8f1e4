import avro from 'avsc'
import { fingerprintBytes } from './fingerprint.ts'

/** Thrown for bytes that no known schema can read. `fingerprint` is null if they are not single-object encoded at all. */
export class UndecodableMessage extends Error {
  override readonly name = 'UndecodableMessage'
  readonly fingerprint: string | null
  constructor(message: string, fingerprint: string | null, cause?: unknown) {
    super(message, { cause })
    this.fingerprint = fingerprint
  }
}

/** An earlier version of a message's schema, as a release published it. */
export interface ReleasedSchema {
  readonly name: string
  /** CRC-64-AVRO of the canonical form, 16 hex digits as in the header. */
  readonly fingerprint: string
  /** The schema with everything that resolution needs: defaults and aliases. */
  readonly schema: object
}

/** One version of a message's schema. */
export interface SchemaVersion {
  readonly name: string
  readonly schema: object
  readonly header: Buffer
  readonly type: avro.Type
  /** Today's type, which reads this version's bytes with the resolver. Today's version needs no resolver. */
  readonly reader: avro.Type
  readonly resolver: avro.Resolver | undefined
}

/** Today's version. Its type is made at the first message: most processes see a few of the messages, and a type takes a millisecond. */
class TodaysVersion implements SchemaVersion {
  readonly name: string
  readonly schema: object
  readonly header: Buffer
  readonly resolver = undefined
  #type: avro.Type | null = null

  constructor(name: string, schema: object, fingerprint: string) {
    this.name = name
    this.schema = schema
    this.header = headerOf(Buffer.from(fingerprint, 'hex'))
  }

  get type(): avro.Type {
    this.#type ??= avro.Type.forSchema(this.schema as avro.Schema)
    return this.#type
  }

  get reader(): avro.Type {
    return this.type
  }
}

/** The schemas that a codec writes, by the name of their message, and their fingerprints, 16 hex digits each. */
export interface TodaysSchemas {
  readonly schemas: Readonly<Record<string, object>>
  readonly fingerprints: Readonly<Record<string, string>>
}

export const headerLength = 10
/** The buffer that `encode` tries first; a larger value is encoded again into a buffer of its size. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024)

/**
 * Single-object encoding for a set of schemas: writes today's version of each, and reads every released version in
 * today's shape. The reader of a version is made when its first message comes, because most processes never see one.
 */
export class MessageCodec {
  readonly #today = new Map<string, SchemaVersion>()
  /** Versions by header, read as latin1: a string key is the cheapest lookup by bytes. */
  readonly #byHeader = new Map<string, SchemaVersion>()
  /** Earlier versions by fingerprint, oldest first. */
  readonly #released: ReadonlyMap<string, ReleasedSchema>

  constructor({ schemas, fingerprints }: TodaysSchemas, released: readonly ReleasedSchema[]) {
    for (const [name, schema] of Object.entries(schemas)) {
      const fingerprint = fingerprints[name]
      if (fingerprint === undefined) throw new Error(`no fingerprint of ${name}`)
      this.#keep(new TodaysVersion(name, schema, fingerprint))
    }
    this.#released = new Map(released.map((version) => [version.fingerprint, version]))
  }

  /** Fingerprints of all versions that the codec reads. */
  get fingerprints(): string[] {
    const today = [...this.#today.values()].map(({ header }) => header.toString('hex', 2))
    return [...new Set([...today, ...this.#released.keys()])]
  }

  /** Fingerprints of a message's versions, newest first. */
  fingerprintsOf(name: string): string[] {
    const earlier = [...this.#released.values()].filter((version) => version.name === name).map(({ fingerprint }) => fingerprint)
    return [this.today(name).header.toString('hex', 2), ...earlier.reverse()]
  }

  encode(name: string, value: unknown): Buffer {
    const { type, header } = this.today(name)
    try {
      const end = type.encode(value, scratch, headerLength)
      if (end < 0) return Buffer.concat([header, type.toBuffer(value)])
      header.copy(scratch)
      return Buffer.from(scratch.subarray(0, end))
    } catch (cause) {
      throw new TypeError(`not a ${name}: ${this.misfits(name, value).join(', ')}`, { cause })
    }
  }

  /** Decodes a message with the version that wrote it. */
  decode(buffer: Buffer): { readonly name: string; readonly value: unknown } {
    const version = this.versionOf(buffer)
    return { name: version.name, value: this.read(version, buffer) }
  }

  decodeAs(name: string, buffer: Buffer): unknown {
    const version = this.versionOf(buffer)
    if (version.name !== name) throw new UndecodableMessage(`expected ${name}, got ${version.name}`, version.header.toString('hex', 2))
    return this.read(version, buffer)
  }

  /** Decodes a message that this version wrote, in today's shape. */
  read({ name, reader, header, resolver }: SchemaVersion, buffer: Buffer): unknown {
    let decoded: { value: unknown; offset: number }
    try {
      decoded = reader.decode(buffer, headerLength, resolver)
    } catch (cause) {
      throw new UndecodableMessage(`broken ${name}`, header.toString('hex', 2), cause)
    }
    if (decoded.offset !== buffer.length) {
      throw new UndecodableMessage(`broken ${name}: ${decoded.offset < 0 ? 'cut short' : 'bytes left over'}`, header.toString('hex', 2))
    }
    return decoded.value
  }

  misfits(name: string, value: unknown): string[] {
    const paths: string[] = []
    this.today(name).type.isValid(value, { errorHook: (path) => paths.push(path.join('.')) })
    return paths
  }

  today(name: string): SchemaVersion {
    const version = this.#today.get(name)
    if (!version) throw new UndecodableMessage(`no schema is named ${name}`, null)
    return version
  }

  /** Returns the version that wrote these bytes. */
  versionOf(buffer: Buffer): SchemaVersion {
    const version = buffer.length < headerLength ? undefined : this.#byHeader.get(buffer.toString('latin1', 0, headerLength))
    if (version) return version
    if (buffer.length < headerLength || buffer[0] !== 0xc3 || buffer[1] !== 0x01) {
      throw new UndecodableMessage('not a single-object encoded message', null)
    }
    return this.versionBy(buffer.toString('hex', 2, headerLength))
  }

  versionBy(fingerprint: string): SchemaVersion {
    const header = headerOf(Buffer.from(fingerprint, 'hex'))
    const version = this.#byHeader.get(header.toString('latin1'))
    if (version) return version
    const released = this.#released.get(fingerprint)
    if (!released) throw new UndecodableMessage(`no known schema has the fingerprint ${fingerprint}`, fingerprint)
    return this.#keep(this.#earlier(released, header))
  }

  #earlier({ name, schema, fingerprint }: ReleasedSchema, header: Buffer): SchemaVersion {
    const type = avro.Type.forSchema(schema as avro.Schema)
    try {
      const reader = this.today(name).type
      return { name, schema, type, header, reader, resolver: reader.createResolver(type) }
    } catch (cause) {
      throw new UndecodableMessage(`today's ${name} can not read ${fingerprint}`, fingerprint, cause)
    }
  }

  #keep(version: SchemaVersion): SchemaVersion {
    this.#byHeader.set(version.header.toString('latin1'), version)
    if (!version.resolver) this.#today.set(version.name, version)
    return version
  }
}

function headerOf(fingerprint: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xc3, 0x01]), fingerprint])
}

/** Returns the CRC-64-AVRO of a schema, as in the header of a message. */
export function schemaFingerprint(type: avro.Type): Buffer {
  return fingerprintBytes(JSON.stringify(type.schema()))
}

/** Returns the schemas with their fingerprints. It makes the type of each, so our own schemas come with theirs in the catalog. */
export function withFingerprints(schemas: Readonly<Record<string, object>>): TodaysSchemas {
  const fingerprints = Object.entries(schemas).map(([name, schema]) => {
    return [name, schemaFingerprint(avro.Type.forSchema(schema as avro.Schema)).toString('hex')] as const
  })
  return { schemas, fingerprints: Object.fromEntries(fingerprints) }
}

/** Returns the same bytes as a Buffer, without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
