import type { FailureCode } from '@elves/core/foundation/codes.ts'
import { isSignedBy } from '@elves/core/foundation/ed25519.ts'
import { decode, type Message, UndecodableMessage } from '@elves/schemas/codec/codec.ts'
import type { SignedInstruction } from '@elves/schemas/generated/types.ts'
import { instructionKeyId, instructionStatement } from '@elves/schemas/link/instruction-statement.ts'
import type { CenterKeys } from '../data-folder/center-keys.ts'
import type { Instruction } from './agent-link.ts'
import type { CenterClock } from './center-clock.ts'

/** Something that came as an instruction and is not taken. */
export interface RefusedInstruction {
  readonly code: FailureCode
  /** Empty: it was not signed. */
  readonly keyId: string
  /** Empty and 0 where it can not be read. */
  readonly taskId: string
  readonly attempt: number
}

export type SignedMessage = Message<'SignedInstruction'>

export interface InstructionGuardOptions {
  readonly agentId: string
  readonly keys: CenterKeys
  readonly clock: Pick<CenterClock, 'now' | 'isSynchronized'>
}

/** More refusals of one process than this are only logged. */
const mostTold = 100

/**
 * Decides whether what came as an instruction is one of the center, for this agent. A run that is too old is left to the engine, which
 * asks the center for its time first, and reports it as EXPIRED. An attempt that is known is not run again, however often it comes.
 */
export class InstructionGuard {
  readonly #options: InstructionGuardOptions
  readonly #told = new Set<string>()

  constructor(options: InstructionGuardOptions) {
    this.#options = options
  }

  /** Takes the keys of a welcome. A center that signs no more is not believed: whoever sits between could say so. */
  learn(keys: readonly string[]): void {
    if (keys.length > 0) this.#options.keys.take(keys)
  }

  open(message: Instruction | SignedMessage): Instruction | RefusedInstruction {
    const { agentId, clock } = this.#options
    const { keys } = this.#options.keys
    if (message.name !== 'SignedInstruction') return keys.length === 0 ? message : refused('INSTRUCTION_UNSIGNED', '', message)
    const { value } = message
    const key = keys.find((one) => instructionKeyId(one) === value.keyId)
    const instruction = instructionIn(value)
    if (key === undefined) return refused('INSTRUCTION_KEY_UNKNOWN', value.keyId, instruction)
    if (!instruction || !isSignedBy(key, instructionStatement(value), value.signature)) return refused('INSTRUCTION_FORGED', value.keyId, instruction)
    if (value.agentId !== agentId) return refused('INSTRUCTION_FOR_ANOTHER', value.keyId, instruction)
    const isOld = instruction.name === 'CancelTask' && clock.isSynchronized() && clock.now() > value.notAfter
    return isOld ? refused('INSTRUCTION_TOO_OLD', value.keyId, instruction) : instruction
  }

  /** Returns true if the center is to hear of this refusal: once, and not of any number. */
  isTold({ code, taskId, attempt }: RefusedInstruction): boolean {
    const key = `${code} ${taskId} ${attempt}`
    if (this.#told.has(key) || this.#told.size >= mostTold) return false
    this.#told.add(key)
    return true
  }
}

/** Null where it is none that this agent can read. */
function instructionIn({ instruction }: SignedInstruction): Instruction | null {
  try {
    const message = decode(instruction)
    return message.name === 'RunTask' || message.name === 'CancelTask' ? message : null
  } catch (error) {
    if (error instanceof UndecodableMessage) return null
    throw error
  }
}

function refused(code: FailureCode, keyId: string, instruction: Instruction | null): RefusedInstruction {
  return { code, keyId, taskId: instruction?.value.taskId ?? '', attempt: instruction?.value.attempt ?? 0 }
}
