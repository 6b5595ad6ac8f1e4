import { randomBytes } from 'node:crypto'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { type Signer, signerOfSecret } from '@elves/core/foundation/ed25519.ts'
import { asBuffer, decodeAs, encode, nameOf } from '@elves/schemas/codec/codec.ts'
import type { CenterWelcome, KeyEndorsement } from '@elves/schemas/generated/types.ts'
import {
  cancelCountsMs,
  endorsementStatement,
  instructionKeyId,
  instructionLeaf,
  rootStatement,
  saltBytes,
} from '@elves/schemas/link/instruction-statement.ts'
import { hashTree, mostLeaves } from '@elves/schemas/link/instruction-tree.ts'
import type { AgentLinks } from '../link/agent-links.ts'
import type { TaskReports } from '../tasks/task-reports.ts'

/** What a welcome tells of the keys of the center. */
export type ToldKeys = Pick<CenterWelcome, 'instructionKeys' | 'keyEndorsements'>

/** Of a center that signs nothing. */
export const noToldKeys: ToldKeys = { instructionKeys: [], keyEndorsements: [] }

/** An encoded instruction, and the agent that it is for. */
export interface UnsignedInstruction {
  readonly agentId: string
  readonly instruction: Uint8Array
}

/** Signs instructions for agents. Every process that makes instructions has the same key. */
export interface InstructionSigner {
  /** For agents: all keys that may sign, and how each vouches for the others. */
  readonly toldKeys: ToldKeys
  /** Returns each instruction as an encoded `SignedInstruction` for its agent. A signature costs 80 µs of CPU: those that are given together share one. */
  sign(instructions: readonly UnsignedInstruction[]): readonly Buffer[]
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
  return {
    toldKeys: {
      instructionKeys: signers.map(({ publicKey }) => publicKey),
      keyEndorsements: signers.flatMap((by) => signers.filter((other) => other !== by).map(({ publicKey }) => endorsement(by, publicKey))),
    },
    sign(instructions) {
      const signed: Buffer[] = []
      for (let first = 0; first < instructions.length; first += mostLeaves) {
        signed.push(...signedTogether(signer, instructions.slice(first, first + mostLeaves)))
      }
      return signed
    },
  }
}

/** At least one, at most as many as a tree has leaves. */
function signedTogether(signer: Signer, instructions: readonly UnsignedInstruction[]): Buffer[] {
  const keyId = instructionKeyId(signer.publicKey)
  const salts = randomBytes(saltBytes * instructions.length)
  const unsigned = instructions.map(({ agentId, instruction }, index) => {
    const salt = salts.subarray(saltBytes * index, saltBytes * (index + 1))
    return { keyId, agentId, notAfter: notAfterOf(instruction), salt, instruction: asBuffer(instruction) }
  })
  const { root, paths } = hashTree(unsigned.map(instructionLeaf))
  const signature = signer.sign(rootStatement(keyId, root))
  return unsigned.map((one, index) => encode('SignedInstruction', { ...one, signature, path: paths[index] as Buffer }))
}

function notAfterOf(instruction: Uint8Array): number {
  return nameOf(instruction) === 'RunTask' ? decodeAs('RunTask', instruction).notAfter : Date.now() + cancelCountsMs
}

/** An instruction that waits for the end of its turn, with the events of its task. */
interface Leaving extends UnsignedInstruction {
  readonly task: readonly RecordedEvent[] | undefined
}

function endorsement(by: Signer, publicKey: string): KeyEndorsement {
  return { publicKey, keyId: instructionKeyId(by.publicKey), signature: by.sign(endorsementStatement(publicKey)) }
}

/** Links that sign what they send. What is sent in one turn of the event loop is signed and leaves at its end, under one signature. */
export function signedLinks(links: AgentLinks, signer: InstructionSigner | null): AgentLinks {
  if (!signer) return links
  let leaving: Leaving[] = []

  function leave(by: InstructionSigner): void {
    const all = leaving
    leaving = []
    const signed = by.sign(all)
    all.forEach(({ agentId, task }, index) => {
      // What the link does not take now is sent again by the deadlines.
      links.send(agentId, signed[index] as Buffer, task)
    })
  }

  return {
    send(agentId, instruction, task) {
      if (leaving.push({ agentId, instruction, task }) === 1) setImmediate(leave, signer)
      return true
    },
    isConnected: (agentId) => links.isConnected(agentId),
  }
}

/** Signs what an agent gets again when it comes back. */
export function signedReconcile(reconcile: TaskReports['reconcile'], signer: InstructionSigner | null): TaskReports['reconcile'] {
  if (!signer) return reconcile
  return async (agentId, journalId, openAttempts) => {
    const instructions = await reconcile(agentId, journalId, openAttempts)
    return signer.sign(instructions.map((instruction) => ({ agentId, instruction })))
  }
}
