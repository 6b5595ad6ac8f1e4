import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { workerOutput } from './worker-output.ts'

describe('worker output', () => {
  test('replaces invalid UTF-8 as a decoder of the whole would, however it is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat(60)), (noise, cuts) => {
        const bytes = Buffer.concat([Buffer.from('<ElvesWResult>é'), noise, Buffer.from('ü</ElvesWResult>')])
        const edges = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
        const output = workerOutput(1000)
        edges.slice(1).forEach((edge, i) => {
          output.writeStandardOutput(bytes.subarray(edges[i], edge))
        })
        expect(output.finish().result?.text).toBe(`é${new TextDecoder('utf-8', { ignoreBOM: true }).decode(noise)}ü`)
      }),
    )
  })

  test('keeps only the end of what surrounds the answer', () => {
    const output = workerOutput(1000)
    for (let i = 0; i < 1000; i += 1) output.writeStandardError(Buffer.from(`line ${i}: ü\n`))
    output.writeStandardError(Buffer.from('the end'))
    const { errorTail } = output.finish()
    expect(errorTail.startsWith('…')).toBe(true)
    expect(errorTail.endsWith('line 999: ü\nthe end')).toBe(true)
    expect(errorTail).not.toContain('\ufffd')
    expect(Buffer.byteLength(errorTail)).toBeLessThan(2100)
  })
})
