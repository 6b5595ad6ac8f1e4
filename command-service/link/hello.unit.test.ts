import { readableFingerprints } from '@elves/schemas/codec/codec.ts'
import { describe, expect, it } from 'vitest'
import { testHello, testToken } from '../tests/test-agent.ts'
import { helloRefusal } from './hello.ts'

describe('what is wrong with a hello', () => {
  it('nothing, where token, version, schemas and names are in order', () => {
    expect(helloRefusal(testHello(), testToken)).toBeNull()
    expect(helloRefusal(testHello({ fingerprints: [...readableFingerprints, 'ffffffffffffffff'] }), testToken)).toBeNull()
  })

  it('the token before all else, and a center without a token lets nobody in', () => {
    expect(helloRefusal(testHello({ joinToken: 'x', agentId: '' }), testToken)?.rejected).toBe('JOIN_TOKEN_INVALID')
    expect(helloRefusal(testHello({ joinToken: '' }), '')?.rejected).toBe('JOIN_TOKEN_INVALID')
  })

  it.each(['FOR_EACH', 'TODAY_ONLY'] as const)('names what the agent does not read, where the center writes %s', (writes) => {
    expect(helloRefusal(testHello(), testToken, writes)).toBeNull()
    const refusal = helloRefusal(testHello({ fingerprints: [] }), testToken, writes)
    expect(refusal).toMatchObject({ rejected: 'PROTOCOL_VERSION_UNSUPPORTED' })
    expect(refusal?.message).toContain('RunTask')
  })
})
