import { createHash } from 'node:crypto'
import { type Signer, signerOfSecret } from '@elves/core/foundation/ed25519.ts'

export interface SwarmIdentity {
  readonly agentId: string
  readonly ip: string
}

/** Returns the key of a simulated agent: the same one in every run, so that the center knows it again. */
export function swarmSigner(agentId: string): Signer {
  return signerOfSecret('simulated agent', agentId)
}

/** Returns the same agent for the same seed and index in every run. Addresses are 10.seed.x.y; seeds beyond 255 share them. */
export function swarmIdentity(seed: number, index: number): SwarmIdentity {
  const agentId = createHash('sha256').update(`swarm/${seed}/${index}`).digest('hex').slice(0, 32)
  const address = ((seed & 0xff) * 0x10000 + index + 1) % 0x1000000
  return { agentId, ip: `10.${address >> 16}.${(address >> 8) & 0xff}.${address & 0xff}` }
}
