import type { FailureCode } from '@elves/core/foundation/codes.ts'
import { isSignedBy } from '@elves/core/foundation/ed25519.ts'
import { decode, type Message, UndecodableMessage } from '@elves/schemas/codec/codec.ts'
import type { CenterWelcome, SignedInstruction } from '@elves/schemas/generated/types.ts'
import { endorsementStatement, instructionKeyId, statementOf } from '@elves/schemas/link/instruction-statement.ts'
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
/** What the center signs. */
export type Signable = Instruction | Message<'SetApps'>

export interface InstructionGuardOptions {
  readonly agentId: string
  readonly keys: CenterKeys
  readonly clock: Pick<CenterClock, 'now' | 'isSynchronized'>
}

/**
 * The signatures that held, with what they are over: the instructions that left together have the same one, and to verify it costs
 * 240 µs of CPU. All agents of a process share them, because it is no secret what holds. Those that do not hold are not kept: anybody can send any number.
 */
const held = new Set<string>()
const mostHeld = 1_000

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

  /**
   * Takes the keys of a welcome: the first ones that it is ever told, and from then on those that it knows or that one which it knows
   * vouches for. Returns false if it takes none of them, and keeps its own. A center that signs no more is not believed either: who
   * sits between could say so.
   */
  learn({ instructionKeys: told, keyEndorsements }: Pick<CenterWelcome, 'instructionKeys' | 'keyEndorsements'>): boolean {
    const { keys: known, take } = this.#options.keys
    if (told.length === 0) return known.length === 0
    const isVouchedFor = (key: string) =>
      keyEndorsements.some(({ publicKey, keyId, signature }) => {
        const by = known.find((one) => instructionKeyId(one) === keyId)
        return publicKey === key && by !== undefined && isSignedBy(by, endorsementStatement(key), signature)
      })
    const taken = known.length === 0 ? told : told.filter((key) => known.includes(key) || isVouchedFor(key))
    if (taken.length > 0) take(taken)
    return taken.length > 0
  }

  open(message: Signable | SignedMessage): Signable | RefusedInstruction {
    const { agentId, clock } = this.#options
    const { keys } = this.#options.keys
    if (message.name !== 'SignedInstruction') return keys.length === 0 ? message : refused('INSTRUCTION_UNSIGNED', '', message)
    const { value } = message
    const key = keys.find((one) => instructionKeyId(one) === value.keyId)
    const instruction = instructionIn(value)
    if (key === undefined) return refused('INSTRUCTION_KEY_UNKNOWN', value.keyId, instruction)
    if (!instruction || !isOfCenter(key, value)) return refused('INSTRUCTION_FORGED', value.keyId, instruction)
    if (value.agentId !== agentId) return refused('INSTRUCTION_FOR_ANOTHER', value.keyId, instruction)
    const isOld = instruction.name !== 'RunTask' && clock.isSynchronized() && clock.now() > value.notAfter
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

/** Returns true if the key signed the root to which the instruction's path leads. */
function isOfCenter(publicKey: string, signed: SignedInstruction): boolean {
  const statement = statementOf(signed)
  if (!statement) return false
  const name = `${publicKey} ${signed.signature} ${statement.toString('base64')}`
  if (held.has(name)) return true
  if (!isSignedBy(publicKey, statement, signed.signature)) return false
  const [oldest] = held.size >= mostHeld ? held : []
  if (oldest !== undefined) held.delete(oldest)
  held.add(name)
  return true
}

/** Null where it is none that this agent can read. */
function instructionIn({ instruction }: SignedInstruction): Signable | null {
  try {
    const message = decode(instruction)
    return message.name === 'RunTask' || message.name === 'CancelTask' || message.name === 'SetApps' ? message : null
  } catch (error) {
    if (error instanceof UndecodableMessage) return null
    throw error
  }
}

function refused(code: FailureCode, keyId: string, signable: Signable | null): RefusedInstruction {
  const instruction = signable?.name === 'SetApps' ? null : signable
  return { code, keyId, taskId: instruction?.value.taskId ?? '', attempt: instruction?.value.attempt ?? 0 }
}
