import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitsVersion } from './bounds.ts'
import { decode, decodeUntrusted, encode, type MessageName, UndecodableMessage, versionOf } from './codec.ts'

const isWithinBounds = (name: MessageName, bytes: Uint8Array) => versionOf(bytes).name === name && fitsVersion(versionOf(bytes), bytes)

const hello = {
  protocolVersion: 1,
  joinToken: 'token',
  agentId: 'a'.repeat(32),
  ip: '10.0.0.1',
  bootId: 'boot',
  journalId: 'journal',
  clockMs: 1_700_000_000_000,
  capabilities: ['one', 'two'],
  fingerprints: ['0123456789abcdef'],
  facts: { name: 'host', version: '0.2.0', platform: 'linux-x64', labels: { rack: '7' }, apps: [{ name: 'apptest', version: '1.0', isLocal: true }] },
  openAttempts: [{ taskId: '0123456789ABCDEF', attempt: 1, phase: 'STARTING' as const }],
  publicKey: 'key',
  proof: 'proof',
  nextPublicKey: '',
  nextProof: '',
}
const maxInt = Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f])

describe('bounds of a message', () => {
  it('holds for what encode writes', () => {
    expect(isWithinBounds('AgentHello', encode('AgentHello', hello))).toBe(true)
    expect(isWithinBounds('Frame', encode('Frame', { messages: [Buffer.from('abc'), Buffer.alloc(0)] }))).toBe(true)
    expect(isWithinBounds('AgentPing', encode('AgentPing', { clockMs: -1 }))).toBe(true)
  })

  it('refuses a list that claims more items than there are bytes', () => {
    const header = encode('Frame', { messages: [] }).subarray(0, 10)
    expect(isWithinBounds('Frame', Buffer.concat([header, maxInt]))).toBe(false)
    expect(isWithinBounds('Frame', Buffer.concat([header, maxInt, Buffer.alloc(64)]))).toBe(false)
  })

  it('refuses every message that is cut short or has bytes left over', () => {
    const bytes = encode('AgentHello', hello)
    for (let length = 10; length < bytes.length; length++) expect(isWithinBounds('AgentHello', bytes.subarray(0, length))).toBe(false)
    expect(isWithinBounds('AgentHello', Buffer.concat([bytes, Buffer.from([0])]))).toBe(false)
  })

  it('are checked before a message of an untrusted sender is read, and so is its name', () => {
    const bytes = encode('AgentHello', hello)
    const names = new Set(['AgentHello'] as const)
    expect(decodeUntrusted(bytes, names)).toMatchObject({ name: 'AgentHello', value: { agentId: hello.agentId } })
    const claimsMore = Buffer.concat([encode('Frame', { messages: [] }).subarray(0, 10), maxInt])
    for (const wrong of [bytes.subarray(0, 9), bytes.subarray(0, -1), encode('AgentPing', { clockMs: 1 })]) {
      expect(() => decodeUntrusted(wrong, names)).toThrow(UndecodableMessage)
    }
    expect(() => decodeUntrusted(claimsMore, new Set(['Frame'] as const))).toThrow('broken Frame')
  })

  it('lets nothing through that makes decode hang, whatever byte is changed', () => {
    const bytes = encode('AgentHello', hello)
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 11), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
        const changed = Buffer.from(bytes)
        for (const [at, value] of changes) changed[10 + at] = value
        if (!isWithinBounds('AgentHello', changed)) return
        try {
          decode(changed)
        } catch (error) {
          expect((error as Error).name).toBe('UndecodableMessage')
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
