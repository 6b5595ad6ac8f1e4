import { type MessageTypes, messageFingerprints, messageSchemas } from '../generated/catalog.ts'
import { releasedSchemas } from '../generated/released.ts'
import { fitsVersion } from './bounds.ts'
import { asBuffer, MessageCodec, type SchemaVersion, UndecodableMessage } from './message-codec.ts'
import { UnknownToReader, VersionedWriter } from './message-writer.ts'

export { asBuffer, UndecodableMessage, UnknownToReader }

export type MessageName = keyof MessageTypes

/** A decoded message, told apart by its name. */
export type Message<Name extends MessageName = MessageName> = { [N in Name]: { readonly name: N; readonly value: MessageTypes[N] } }[Name]

/** Writes messages for one reader, each in the newest version that the reader listed. */
export interface MessageWriter {
  /** Returns true if the reader reads any version of this message. */
  canWrite(name: MessageName): boolean
  /** Like {@link encode}; also throws {@link UnknownToReader}. */
  encode<Name extends MessageName>(name: Name, value: MessageTypes[Name]): Buffer
  /**
   * Returns an encoded message in a version that the reader can read, mostly the same bytes. Throws {@link
   * UnknownToReader}, {@link UndecodableMessage}.
   */
  forward(bytes: Uint8Array): Buffer
}

const codec = new MessageCodec({ schemas: messageSchemas, fingerprints: messageFingerprints }, releasedSchemas)

/** Fingerprints of all schemas that this build reads, today's and every released one, 16 hex digits each, as a hello lists them. */
export const readableFingerprints: readonly string[] = codec.fingerprints
/** For readers of this release, which most are, and for readers whose versions are not known yet. */
export const writerForToday: MessageWriter = new VersionedWriter(codec, readableFingerprints)

/** Fingerprint of the schema that `encode` writes this message with, 16 hex digits. */
export function fingerprintOf(name: MessageName): string {
  return codec.today(name).header.toString('hex', 2)
}

/** Avro single-object encoding: `C3 01`, 8 bytes of fingerprint, body. Throws a TypeError on a value that does not fit its schema. A `long` is exact up to ±2^52. */
export function encode<Name extends MessageName>(name: Name, value: MessageTypes[Name]): Buffer {
  return codec.encode(name, value)
}

/** Returns the writer for the other side of a link. Keep it as long as the link: it remembers the versions that it chose. */
export function writerFor(readerFingerprints: readonly string[]): MessageWriter {
  const read = new Set(readerFingerprints)
  return readableFingerprints.every((one) => read.has(one)) ? writerForToday : new VersionedWriter(codec, read)
}

/**
 * Encodes one message in the newest version that a reader of these schemas reads. Throws {@link UnknownToReader}. For
 * many messages, use {@link writerFor}.
 */
export function encodeFor<Name extends MessageName>(readerFingerprints: readonly string[], name: Name, value: MessageTypes[Name]): Buffer {
  return writerFor(readerFingerprints).encode(name, value)
}

/** Returns the name of a single-object encoded message, from its header alone; throws {@link UndecodableMessage}. */
export function nameOf(bytes: Uint8Array): MessageName {
  return versionOf(bytes).name as MessageName
}

/** Returns the version of the schema that wrote these bytes; throws {@link UndecodableMessage}. */
export function versionOf(bytes: Uint8Array): SchemaVersion {
  return codec.versionOf(asBuffer(bytes))
}

/** Reads a single-object encoded message of any release, in today's shape; throws {@link UndecodableMessage}. */
export function decode(bytes: Uint8Array): Message {
  return codec.decode(asBuffer(bytes)) as Message
}

/** Reads a message that must be of this name; throws {@link UndecodableMessage}. */
export function decodeAs<Name extends MessageName>(name: Name, bytes: Uint8Array): MessageTypes[Name] {
  return codec.decodeAs(name, asBuffer(bytes)) as MessageTypes[Name]
}

/**
 * Reads a message from an untrusted sender, in today's shape. Throws {@link UndecodableMessage} if it is none of these, or
 * claims more than it holds.
 */
export function decodeUntrusted<Name extends MessageName>(bytes: Uint8Array, expected: ReadonlySet<Name>): Message<Name> {
  const buffer = asBuffer(bytes)
  const version = codec.versionOf(buffer)
  const { name, header } = version
  if (!(expected as ReadonlySet<string>).has(name)) throw new UndecodableMessage(`${name} is not expected here`, header.toString('hex', 2))
  if (!fitsVersion(version, buffer)) throw new UndecodableMessage(`broken ${name}`, header.toString('hex', 2))
  return { name, value: codec.read(version, buffer) } as unknown as Message<Name>
}

/** Returns the paths of the fields that do not fit the schema; an empty list if the value fits. */
export function misfits(name: MessageName, value: unknown): string[] {
  return codec.misfits(name, value)
}
