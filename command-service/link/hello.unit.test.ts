import { readableFingerprints } from '@elves/schemas/codec/codec.ts'
import { describe, expect, it } from 'vitest'
import { testHello, testToken } from '../tests/test-agent.ts'
import { refusalOf } from './hello.ts'

describe('what is wrong with a hello', () => {
  it('nothing, where token, version, schemas and names are in order', () => {
    expect(refusalOf(testHello(), testToken)).toBeNull()
    expect(refusalOf(testHello({ fingerprints: [...readableFingerprints, 'ffffffffffffffff'] }), testToken)).toBeNull()
  })

  it('the token before all else, and a center without a token lets nobody in', () => {
    expect(refusalOf(testHello({ joinToken: 'x', agentId: '' }), testToken)?.rejected).toBe('JOIN_TOKEN_INVALID')
    expect(refusalOf(testHello({ joinToken: '' }), '')?.rejected).toBe('JOIN_TOKEN_INVALID')
  })

  it.each(['FOR_EACH', 'TODAY_ONLY'] as const)('names what the agent does not read, where the center writes %s', (writes) => {
    expect(refusalOf(testHello(), testToken, writes)).toBeNull()
    const refusal = refusalOf(testHello({ fingerprints: [] }), testToken, writes)
    expect(refusal).toMatchObject({ rejected: 'PROTOCOL_VERSION_UNSUPPORTED' })
    expect(refusal?.message).toContain('RunTask')
  })
})
