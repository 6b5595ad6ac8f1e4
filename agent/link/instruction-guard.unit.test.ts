import { type Signer, signerOfSecret } from '@elves/core/foundation/ed25519.ts'
import { decodeAs, encode, type Message } from '@elves/schemas/codec/codec.ts'
import type { KeyEndorsement, SignedInstruction } from '@elves/schemas/generated/types.ts'
import { endorsementStatement, instructionKeyId, instructionLeaf, rootStatement } from '@elves/schemas/link/instruction-statement.ts'
import { hashTree } from '@elves/schemas/link/instruction-tree.ts'
import { expect, test } from 'vitest'
import { centerKeysInMemory } from '../data-folder/center-keys.ts'
import { InstructionGuard, type SignedMessage } from './instruction-guard.ts'

const agentId = 'a'.repeat(32)
const [now, next] = [signerOfSecret('test', 'now'), signerOfSecret('test', 'next')]
const cancel = { taskId: '0123456789ABCDEF', attempt: 1, reason: null, correlationId: 'c' }

/** Instructions that left together, for this agent where nothing else is said. */
function signedTogether(by: Signer, changes: readonly Partial<SignedInstruction>[]): SignedInstruction[] {
  const keyId = instructionKeyId(by.publicKey)
  const unsigned = changes.map((one, index) => {
    return { keyId, agentId, notAfter: 100, salt: Buffer.alloc(16, index), instruction: encode('CancelTask', cancel), ...one }
  })
  const { root, paths } = hashTree(unsigned.map(instructionLeaf))
  const signature = by.sign(rootStatement(keyId, root))
  return unsigned.map((one, index) => ({ ...one, signature, path: paths[index] as Buffer }))
}

const messageOf = (value: SignedInstruction): SignedMessage => ({ name: 'SignedInstruction', value })

function signed(by = now, changes: Partial<SignedInstruction> = {}): SignedMessage {
  return messageOf(signedTogether(by, [changes])[0] as SignedInstruction)
}

function guard(nowMs = 50, isSynchronized = true) {
  return new InstructionGuard({ agentId, keys: centerKeysInMemory(), clock: { now: () => nowMs, isSynchronized: () => isSynchronized } })
}

const told = (instructionKeys: readonly string[], keyEndorsements: readonly KeyEndorsement[] = []) => ({ instructionKeys, keyEndorsements })
const vouched = (by: typeof now, publicKey: string): KeyEndorsement => ({
  publicKey,
  keyId: instructionKeyId(by.publicKey),
  signature: by.sign(endorsementStatement(publicKey)),
})

const plain: Message<'CancelTask'> = { name: 'CancelTask', value: decodeAs('CancelTask', encode('CancelTask', cancel)) }

test('a center without keys is taken at its word; once it told one, nothing unsigned is, also where it tells none later', () => {
  const fresh = guard()
  fresh.learn(told([]))
  expect(fresh.open(plain)).toEqual(plain)
  fresh.learn(told([now.publicKey]))
  fresh.learn(told([]))
  expect(fresh.open(plain)).toMatchObject({ code: 'INSTRUCTION_UNSIGNED', taskId: cancel.taskId, attempt: 1 })
  expect(fresh.open(signed())).toMatchObject({ name: 'CancelTask', value: { taskId: cancel.taskId } })
})

test('keys change with an overlap: what the earlier one signed counts until the center tells it no more', () => {
  const known = guard()
  known.learn(told([next.publicKey, now.publicKey]))
  for (const by of [now, next]) expect(known.open(signed(by))).toMatchObject({ name: 'CancelTask' })
  known.learn(told([next.publicKey]))
  expect(known.open(signed(now))).toMatchObject({ code: 'INSTRUCTION_KEY_UNKNOWN' })
})

test('a key that is not known counts where one that is known vouches for it, and in no other case', () => {
  const known = guard()
  expect(known.learn(told([now.publicKey]))).toBe(true)
  const stranger = signerOfSecret('test', 'stranger')
  expect(known.learn(told([stranger.publicKey]))).toBe(false)
  expect(known.learn(told([stranger.publicKey], [vouched(stranger, stranger.publicKey)]))).toBe(false)
  // It vouched for another key, or the name is only claimed.
  expect(known.learn(told([stranger.publicKey], [{ ...vouched(now, next.publicKey), publicKey: stranger.publicKey }]))).toBe(false)
  expect(known.learn(told([stranger.publicKey], [{ ...vouched(stranger, stranger.publicKey), keyId: instructionKeyId(now.publicKey) }]))).toBe(false)
  expect(known.open(signed(stranger))).toMatchObject({ code: 'INSTRUCTION_KEY_UNKNOWN' })
  expect(known.open(signed(now))).toMatchObject({ name: 'CancelTask' })
  // What nobody vouches for is left out.
  expect(known.learn(told([next.publicKey, now.publicKey, stranger.publicKey], [vouched(now, next.publicKey)]))).toBe(true)
  expect(known.open(signed(stranger))).toMatchObject({ code: 'INSTRUCTION_KEY_UNKNOWN' })
  expect(known.learn(told([next.publicKey]))).toBe(true)
  expect(known.open(signed(now))).toMatchObject({ code: 'INSTRUCTION_KEY_UNKNOWN' })
  expect(known.open(signed(next))).toMatchObject({ name: 'CancelTask' })
})

test('what was changed, is for another agent or is too old is refused', () => {
  const known = guard()
  known.learn(told([now.publicKey]))
  const { value } = signed()
  const changed = (changes: object): SignedMessage => ({ name: 'SignedInstruction', value: { ...value, ...changes } })
  expect(known.open(changed({ notAfter: 101 }))).toMatchObject({ code: 'INSTRUCTION_FORGED' })
  expect(known.open(changed({ agentId: 'b'.repeat(32) }))).toMatchObject({ code: 'INSTRUCTION_FORGED' })
  expect(known.open(changed({ instruction: encode('CancelTask', { ...cancel, attempt: 2 }) }))).toMatchObject({ code: 'INSTRUCTION_FORGED' })
  expect(known.open(changed({ instruction: Buffer.from('no message') }))).toMatchObject({ code: 'INSTRUCTION_FORGED', taskId: '', attempt: 0 })
  expect(known.open(signed(now, { agentId: 'b'.repeat(32) }))).toMatchObject({ code: 'INSTRUCTION_FOR_ANOTHER' })
  const late = guard(101)
  late.learn(told([now.publicKey]))
  expect(late.open(signed())).toMatchObject({ code: 'INSTRUCTION_TOO_OLD' })
  const unsure = guard(101, false)
  unsure.learn(told([now.publicKey]))
  expect(unsure.open(signed())).toMatchObject({ name: 'CancelTask' })
})

test('those that left together have one signature, and each holds for its own agent only', () => {
  const known = guard()
  known.learn(told([now.publicKey]))
  const others = 'b'.repeat(32)
  const attempt = (number: number) => encode('CancelTask', { ...cancel, attempt: number })
  const all = signedTogether(now, [{ instruction: attempt(1) }, { instruction: attempt(2) }, { agentId: others, instruction: attempt(3) }])
  const [first, second, third] = all as [SignedInstruction, SignedInstruction, SignedInstruction]
  // Also once the signature of all is known to hold.
  for (const _ of [1, 2]) {
    expect([first, second].map((one) => known.open(messageOf(one)))).toMatchObject([{ value: { attempt: 1 } }, { value: { attempt: 2 } }])
    expect(known.open(messageOf(third))).toMatchObject({ code: 'INSTRUCTION_FOR_ANOTHER', attempt: 3 })
    const { path, salt, signature } = first
    const forged: readonly Partial<SignedInstruction>[] = [
      { path: second.path },
      { path: Buffer.alloc(0) },
      { path: path.subarray(33) },
      { path: Buffer.concat([path, path]) },
      { path: Buffer.alloc(34) },
      { salt: second.salt },
      { instruction: second.instruction },
      { instruction: second.instruction, salt: second.salt },
      { signature: signedTogether(now, [{}])[0]?.signature ?? '' },
      { signature: signedTogether(next, [{}])[0]?.signature ?? '' },
      // The same bytes, with another border between salt and instruction.
      { salt: Buffer.concat([salt, first.instruction.subarray(0, 1)]), instruction: first.instruction.subarray(1) },
    ]
    for (const changes of forged) expect(known.open(messageOf({ ...first, ...changes }))).toMatchObject({ code: 'INSTRUCTION_FORGED' })
    expect(known.open(messageOf({ ...third, agentId, signature }))).toMatchObject({ code: 'INSTRUCTION_FORGED' })
  }
  known.learn(told([next.publicKey], [vouched(now, next.publicKey)]))
  expect(known.open(messageOf(first))).toMatchObject({ code: 'INSTRUCTION_KEY_UNKNOWN' })
})

test('the center hears of each refusal once, and of a limited number', () => {
  const known = guard()
  const refusal = (attempt: number) => ({ code: 'INSTRUCTION_FORGED', keyId: '', taskId: '', attempt }) as const
  expect([known.isTold(refusal(1)), known.isTold(refusal(1))]).toEqual([true, false])
  const told = Array.from({ length: 500 }, (_, attempt) => known.isTold(refusal(attempt))).filter(Boolean)
  expect(told).toHaveLength(99)
})
