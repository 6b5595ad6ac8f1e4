import { decode, decodeAs, encode, type Message } from '@elves/schemas/codec/codec.ts'

export function encodeFrame(messages: readonly Uint8Array[]): Buffer {
  return encode('Frame', { messages })
}

/** Throws UndecodableMessage if the frame or one of its messages can't be read. */
export function readCenterFrame(bytes: Uint8Array): Message[] {
  return decodeAs('Frame', bytes).messages.map(decode)
}
