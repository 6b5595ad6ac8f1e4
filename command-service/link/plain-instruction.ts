import { decodeAs, nameOf } from '@elves/schemas/codec/codec.ts'

/** Returns the encoded instruction that is in a signed one; any other message stays as it is. Throws UndecodableMessage. */
export function plainInstruction(message: Uint8Array): Uint8Array {
  return nameOf(message) === 'SignedInstruction' ? decodeAs('SignedInstruction', message).instruction : message
}
