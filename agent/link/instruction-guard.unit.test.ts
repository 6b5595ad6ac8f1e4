import { signerOfSecret } from '@elves/core/foundation/ed25519.ts'
import { decodeAs, encode, type Message } from '@elves/schemas/codec/codec.ts'
import { instructionKeyId, instructionStatement } from '@elves/schemas/link/instruction-statement.ts'
import { expect, test } from 'vitest'
import { centerKeysInMemory } from '../data-folder/center-keys.ts'
import { InstructionGuard, type SignedMessage } from './instruction-guard.ts'

const agentId = 'a'.repeat(32)
const [now, next] = [signerOfSecret('test', 'now'), signerOfSecret('test', 'next')]
const cancel = { taskId: '0123456789ABCDEF', attempt: 1, reason: null, correlationId: 'c' }

function signed(by = now, changes: { agentId?: string; notAfter?: number } = {}): SignedMessage {
  const unsigned = { keyId: instructionKeyId(by.publicKey), agentId, notAfter: 100, instruction: encode('CancelTask', cancel), ...changes }
  return { name: 'SignedInstruction', value: { ...unsigned, signature: by.sign(instructionStatement(unsigned)) } }
}

function guard(nowMs = 50, isSynchronized = true) {
  return new InstructionGuard({ agentId, keys: centerKeysInMemory(), clock: { now: () => nowMs, isSynchronized: () => isSynchronized } })
}

const plain: Message<'CancelTask'> = { name: 'CancelTask', value: decodeAs('CancelTask', encode('CancelTask', cancel)) }

test('a center without keys is taken at its word; once it told one, nothing unsigned is, also where it tells none later', () => {
  const fresh = guard()
  fresh.learn([])
  expect(fresh.open(plain)).toEqual(plain)
  fresh.learn([now.publicKey])
  fresh.learn([])
  expect(fresh.open(plain)).toMatchObject({ code: 'INSTRUCTION_UNSIGNED', taskId: cancel.taskId, attempt: 1 })
  expect(fresh.open(signed())).toMatchObject({ name: 'CancelTask', value: { taskId: cancel.taskId } })
})

test('keys change with an overlap: what the earlier one signed counts until the center tells it no more', () => {
  const known = guard()
  known.learn([next.publicKey, now.publicKey])
  for (const by of [now, next]) expect(known.open(signed(by))).toMatchObject({ name: 'CancelTask' })
  known.learn([next.publicKey])
  expect(known.open(signed(now))).toMatchObject({ code: 'INSTRUCTION_KEY_UNKNOWN' })
})

test('what was changed, is for another agent or is too old is refused', () => {
  const known = guard()
  known.learn([now.publicKey])
  const { value } = signed()
  const changed = (changes: object): SignedMessage => ({ name: 'SignedInstruction', value: { ...value, ...changes } })
  expect(known.open(changed({ notAfter: 101 }))).toMatchObject({ code: 'INSTRUCTION_FORGED' })
  expect(known.open(changed({ agentId: 'b'.repeat(32) }))).toMatchObject({ code: 'INSTRUCTION_FORGED' })
  expect(known.open(changed({ instruction: encode('CancelTask', { ...cancel, attempt: 2 }) }))).toMatchObject({ code: 'INSTRUCTION_FORGED' })
  expect(known.open(changed({ instruction: Buffer.from('no message') }))).toMatchObject({ code: 'INSTRUCTION_FORGED', taskId: '', attempt: 0 })
  expect(known.open(signed(now, { agentId: 'b'.repeat(32) }))).toMatchObject({ code: 'INSTRUCTION_FOR_ANOTHER' })
  const late = guard(101)
  late.learn([now.publicKey])
  expect(late.open(signed())).toMatchObject({ code: 'INSTRUCTION_TOO_OLD' })
  const unsure = guard(101, false)
  unsure.learn([now.publicKey])
  expect(unsure.open(signed())).toMatchObject({ name: 'CancelTask' })
})

test('the center hears of each refusal once, and of a limited number', () => {
  const known = guard()
  const refusal = (attempt: number) => ({ code: 'INSTRUCTION_FORGED', keyId: '', taskId: '', attempt }) as const
  expect([known.isTold(refusal(1)), known.isTold(refusal(1))]).toEqual([true, false])
  const told = Array.from({ length: 500 }, (_, attempt) => known.isTold(refusal(attempt))).filter(Boolean)
  expect(told).toHaveLength(99)
})
