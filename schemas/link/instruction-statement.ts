import type { SignedInstruction } from '../generated/types.ts'
import { leafHash, rootOf } from './instruction-tree.ts'

/** Bytes of {@link SignedInstruction.salt}. */
export const saltBytes = 16

/**
 * Returns the leaf of an instruction in the tree whose root the center signs: the SHA-256 of the encoded instruction, for one agent,
 * until one instant, under the name of the key. The salt keeps others in the tree from guessing what it is.
 */
export function instructionLeaf({ keyId, agentId, notAfter, salt, instruction }: Omit<SignedInstruction, 'signature' | 'path'>): Buffer {
  return leafHash(Buffer.from(`elves instruction\n${keyId}\n${agentId}\n${notAfter}\n`), salt, instruction)
}

/** Returns what the center signs: the root of the instructions that leave together. */
export function rootStatement(keyId: string, root: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`elves instructions\n${keyId}\n`), root])
}

/** Returns what the center must have signed for this instruction to be one of its own; null: it can have signed nothing like that. */
export function statementOf(signed: SignedInstruction): Buffer | null {
  // With a salt of any length, bytes could be moved between it and the instruction.
  const root = signed.salt.length === saltBytes ? rootOf(instructionLeaf(signed), signed.path) : null
  return root && rootStatement(signed.keyId, root)
}

/** Returns what a key of the center signs to vouch for another. */
export function endorsementStatement(publicKey: string): Buffer {
  return Buffer.from(`elves instruction key\n${publicKey}`)
}

/** Returns the name of a public key in signed instructions. */
export function instructionKeyId(publicKey: string): string {
  return publicKey.slice(0, 16)
}

/** How long after it was signed a cancel counts. A run counts until its own `notAfter`. */
export const cancelCountsMs = 600_000
