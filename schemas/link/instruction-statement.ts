import type { SignedInstruction } from '../generated/types.ts'

/** Returns what the center signs: the encoded instruction, for one agent, until one instant, under the name of the key. */
export function instructionStatement({ keyId, agentId, notAfter, instruction }: Omit<SignedInstruction, 'signature'>): Buffer {
  return Buffer.concat([Buffer.from(`elves instruction\n${keyId}\n${agentId}\n${notAfter}\n`), instruction])
}

/** Returns the name of a public key in signed instructions. */
export function instructionKeyId(publicKey: string): string {
  return publicKey.slice(0, 16)
}

/** How long after it was signed a cancel counts. A run counts until its own `notAfter`. */
export const cancelCountsMs = 600_000
