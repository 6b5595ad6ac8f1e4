import { isSignedBy } from '@elves/core/foundation/ed25519.ts'
import { decodeAs } from '@elves/schemas/codec/codec.ts'
import type { SignedInstruction } from '@elves/schemas/generated/types.ts'
import { statementOf } from '@elves/schemas/link/instruction-statement.ts'
import { expect, test } from 'vitest'
import type { AgentLinks } from '../link/agent-links.ts'
import { runTask } from '../tests/messages.ts'
import { type InstructionSigner, instructionSigner, signedLinks } from './instruction-signer.ts'

const signer = instructionSigner('now,before') as InstructionSigner
const agentOf = (index: number) => index.toString(16).padStart(32, '0')
const some = (count: number) => Array.from({ length: count }, (_, index) => ({ agentId: agentOf(index), instruction: runTask(index + 1) }))
const opened = (signed: readonly Uint8Array[]) => signed.map((one) => decodeAs('SignedInstruction', one))

test('instructions that leave together share one signature, whatever agents they are for, and come in their order', () => {
  const given = some(100)
  const signed = opened(signer.sign(given))
  expect(signed.map(({ agentId, instruction }) => ({ agentId, instruction }))).toEqual(given)
  expect(new Set(signed.map(({ signature }) => signature)).size).toBe(1)
  for (const one of signed)
    expect(isSignedBy(signer.toldKeys.instructionKeys[0] ?? '', statementOf(one) ?? Buffer.alloc(0), one.signature)).toBe(true)
  expect(new Set(signed.map(({ salt }) => salt.join())).size).toBe(100)
  expect(
    isSignedBy(signer.toldKeys.instructionKeys[1] ?? '', statementOf(signed[0] as SignedInstruction) ?? Buffer.alloc(0), signed[0]?.signature ?? ''),
  ).toBe(false)
})

test('none is signed where there is none; more than a tree holds are signed by several', () => {
  expect(signer.sign([])).toEqual([])
  const signed = opened(signer.sign(some(1_030)))
  expect(new Set(signed.map(({ signature }) => signature)).size).toBe(2)
  expect(signed.map(({ path }) => path.length / 33).reduce((most, one) => Math.max(most, one))).toBe(10)
  expect(statementOf(signed[1_029] as SignedInstruction)).toEqual(statementOf(signed[1_024] as SignedInstruction))
})

test('a link signs once for all that is sent in one turn', async () => {
  const sent: { agentId: string; instruction: Uint8Array; task: unknown }[] = []
  const links: AgentLinks = {
    // The first one finds no room, which stops none of the others.
    send: (agentId, instruction, task) => sent.push({ agentId, instruction, task }) > 1,
    isConnected: () => true,
  }
  const signing = signedLinks(links, signer)
  const task = [] as const
  for (const { agentId, instruction } of some(3)) signing.send(agentId, instruction, task)
  await Promise.resolve().then(() => signing.send(agentOf(3), runTask(4)))
  expect(sent).toEqual([])
  await new Promise(setImmediate)
  expect(sent.map(({ agentId, task: given }) => [agentId, given])).toEqual([...[0, 1, 2].map((one) => [agentOf(one), task]), [agentOf(3), undefined]])
  expect(new Set(opened(sent.map(({ instruction }) => instruction)).map(({ signature }) => signature)).size).toBe(1)
  signing.send(agentOf(1), runTask(1))
  await new Promise(setImmediate)
  expect(sent).toHaveLength(5)
  expect(signedLinks(links, null)).toBe(links)
})
