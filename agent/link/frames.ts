import { decode, decodeAs, encode, type Message } from '@elves/schemas/codec/codec.ts'

/** Largest frame, either way. */
export const frameBytes = 1024 * 1024

/** What a frame has room for beside its own header and counts. */
export const frameRoomBytes = frameBytes - 64

/** What a message takes of that room: itself and its length. */
export function bytesInFrame(message: Uint8Array): number {
  return message.length + 5
}

export function encodeFrame(messages: readonly Uint8Array[]): Buffer {
  return encode('Frame', { messages })
}

/** Throws UndecodableMessage where the frame or one of its messages can not be read. */
export function readFrame(bytes: Uint8Array): Message[] {
  return decodeAs('Frame', bytes).messages.map(decode)
}
