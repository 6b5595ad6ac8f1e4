import avro from 'avsc'
import { type MessageTypes, messageSchemas } from '../generated/catalog.ts'
import { fingerprintBytes } from './fingerprint.ts'

export type MessageName = keyof MessageTypes

/** A decoded message, told apart by its name. */
export type Message<Name extends MessageName = MessageName> = { [N in Name]: { readonly name: N; readonly value: MessageTypes[N] } }[Name]

/** Bytes that no known schema can read. `fingerprint` is null where they are not single-object encoded at all. */
export class UndecodableMessage extends Error {
  override readonly name = 'UndecodableMessage'
  readonly fingerprint: string | null
  constructor(message: string, fingerprint: string | null, cause?: unknown) {
    super(message, { cause })
    this.fingerprint = fingerprint
  }
}

interface Codec {
  readonly name: MessageName
  readonly type: avro.Type
  readonly header: Buffer
}

const headerLength = 10
const codecs = new Map<MessageName, Codec>()
/** By the header read as latin1: a string key is the cheapest lookup by bytes. */
const codecsByHeader = new Map<string, Codec>()

for (const name of Object.keys(messageSchemas) as MessageName[]) {
  const type = avro.Type.forSchema(messageSchemas[name] as avro.Schema)
  const header = Buffer.concat([Buffer.from([0xc3, 0x01]), fingerprintBytes(JSON.stringify(type.schema()))])
  const codec = { name, type, header }
  codecs.set(name, codec)
  codecsByHeader.set(header.toString('latin1', 0, headerLength), codec)
}

/** Fingerprints of all schemas that this build reads, 16 hex digits each, as a hello lists them. */
export const readableFingerprints: readonly string[] = [...codecs.values()].map(({ header }) => header.toString('hex', 2))

/** Fingerprint of the schema that `encode` writes this message with, 16 hex digits. */
export function fingerprintOf(name: MessageName): string {
  return codecOf(name).header.toString('hex', 2)
}

/** Where encode works first; a value that outgrows it is encoded again into a buffer of its size. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024)

/** Avro single-object encoding: `C3 01`, 8 bytes of fingerprint, body. Throws a TypeError on a value that does not fit its schema. A `long` is exact up to ±2^52. */
export function encode<Name extends MessageName>(name: Name, value: MessageTypes[Name]): Buffer {
  const { type, header } = codecOf(name)
  try {
    const end = type.encode(value, scratch, headerLength)
    if (end < 0) return Buffer.concat([header, type.toBuffer(value)])
    header.copy(scratch)
    return Buffer.from(scratch.subarray(0, end))
  } catch (cause) {
    throw new TypeError(`not a ${name}: ${misfits(name, value).join(', ')}`, { cause })
  }
}

/** Name of a single-object encoded message, from its header alone; throws {@link UndecodableMessage}. */
export function nameOf(bytes: Uint8Array): MessageName {
  return codecFor(asBuffer(bytes)).name
}

/** Reads a single-object encoded message; throws {@link UndecodableMessage}. */
export function decode(bytes: Uint8Array): Message {
  const buffer = asBuffer(bytes)
  const codec = codecFor(buffer)
  return { name: codec.name, value: read(codec, buffer) } as Message
}

/** Reads a message that must be of this name; throws {@link UndecodableMessage}. */
export function decodeAs<Name extends MessageName>(name: Name, bytes: Uint8Array): MessageTypes[Name] {
  const buffer = asBuffer(bytes)
  const codec = codecFor(buffer)
  if (codec.name !== name) throw new UndecodableMessage(`expected ${name}, got ${codec.name}`, codec.header.toString('hex', 2))
  return read(codec, buffer) as MessageTypes[Name]
}

/** Why a value does not fit its schema: the paths of the fields at fault; empty where it fits. */
export function misfits(name: MessageName, value: unknown): string[] {
  const paths: string[] = []
  codecOf(name).type.isValid(value, { errorHook: (path) => paths.push(path.join('.')) })
  return paths
}

function codecOf(name: MessageName): Codec {
  const codec = codecs.get(name)
  if (!codec) throw new UndecodableMessage(`no schema is named ${name}`, null)
  return codec
}

function codecFor(buffer: Buffer): Codec {
  const codec = buffer.length < headerLength ? undefined : codecsByHeader.get(buffer.toString('latin1', 0, headerLength))
  if (codec) return codec
  if (buffer.length < headerLength || buffer[0] !== 0xc3 || buffer[1] !== 0x01) {
    throw new UndecodableMessage('not a single-object encoded message', null)
  }
  const fingerprint = buffer.toString('hex', 2, headerLength)
  throw new UndecodableMessage(`no known schema has the fingerprint ${fingerprint}`, fingerprint)
}

function read(codec: Codec, buffer: Buffer): unknown {
  let decoded: { value: unknown; offset: number }
  try {
    decoded = codec.type.decode(buffer, headerLength)
  } catch (cause) {
    throw new UndecodableMessage(`broken ${codec.name}`, codec.header.toString('hex', 2), cause)
  }
  if (decoded.offset !== buffer.length) {
    throw new UndecodableMessage(`broken ${codec.name}: ${decoded.offset < 0 ? 'cut short' : 'bytes left over'}`, codec.header.toString('hex', 2))
  }
  return decoded.value
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
