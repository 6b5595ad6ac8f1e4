import { signerOfSecret } from '@elves/core/foundation/ed25519.ts'
import { decodeAs, encode, nameOf } from '@elves/schemas/codec/codec.ts'
import { cancelCountsMs, instructionKeyId, instructionStatement } from '@elves/schemas/link/instruction-statement.ts'
import type { AgentLinks } from '../link/agent-links.ts'
import type { TaskReports } from '../tasks/task-reports.ts'

/** Signs instructions for agents. Every process that makes instructions has the same key. */
export interface InstructionSigner {
  /** For agents: all keys that may sign. */
  readonly publicKeys: readonly string[]
  /** Returns an encoded instruction as an encoded `SignedInstruction` for this agent. */
  sign(agentId: string, instruction: Uint8Array): Uint8Array
}

/**
 * `secrets`: as ELVES_SIGNING_KEY has them, comma-separated. The first one signs; agents are told the keys of all, so that a key can be
 * changed while instructions of the earlier one are on their way. Null where there is none: nothing is signed.
 */
export function instructionSigner(secrets: string): InstructionSigner | null {
  const signers = secrets
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '')
    .map((secret) => signerOfSecret('elves instructions', secret))
  const [signer] = signers
  if (!signer) return null
  const keyId = instructionKeyId(signer.publicKey)
  return {
    publicKeys: signers.map(({ publicKey }) => publicKey),
    sign(agentId, given) {
      const instruction = Buffer.from(given.buffer, given.byteOffset, given.byteLength)
      const notAfter = nameOf(instruction) === 'RunTask' ? decodeAs('RunTask', instruction).notAfter : Date.now() + cancelCountsMs
      const unsigned = { keyId, agentId, notAfter, instruction }
      return encode('SignedInstruction', { ...unsigned, signature: signer.sign(instructionStatement(unsigned)) })
    },
  }
}

/** Links that sign what they send. */
export function signedLinks(links: AgentLinks, signer: InstructionSigner | null): AgentLinks {
  if (!signer) return links
  return {
    send: (agentId, instruction, task) => links.send(agentId, signer.sign(agentId, instruction), task),
    isConnected: (agentId) => links.isConnected(agentId),
  }
}

/** Signs what an agent gets again when it comes back. */
export function signedReconcile(reconcile: TaskReports['reconcile'], signer: InstructionSigner | null): TaskReports['reconcile'] {
  if (!signer) return reconcile
  return async (agentId, journalId, openAttempts) => {
    const instructions = await reconcile(agentId, journalId, openAttempts)
    return instructions.map((instruction) => signer.sign(agentId, instruction))
  }
}
