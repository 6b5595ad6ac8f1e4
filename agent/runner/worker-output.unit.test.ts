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

  test('keeps the beginning and the end of what surrounds the answer, and counts what it leaves out', () => {
    const lines = Array.from({ length: 1000 }, (_, i) => `line ${i}: ü\n`)
    const output = workerOutput(1000)
    for (const line of lines) output.writeStandardError(Buffer.from(line))
    output.writeStandardError(Buffer.from('the end'))
    const { standardError } = output.finish()
    const [, head = '', leftOut, tail = ''] = /^([\s\S]*)\n… (\d+) bytes left out …\n([\s\S]*)$/.exec(standardError) ?? []
    expect(head.startsWith('line 0: ü\nline 1: ü\n')).toBe(true)
    expect(tail.endsWith('line 999: ü\nthe end')).toBe(true)
    expect(standardError).not.toContain('\ufffd')
    expect(Buffer.byteLength(standardError)).toBeLessThan(3200)
    expect(Buffer.byteLength(head) + Number(leftOut) + Buffer.byteLength(tail)).toBe(Buffer.byteLength(`${lines.join('')}the end`))
  })

  test('keeps all of a short text, and never half a character of a long one', () => {
    fc.assert(
      fc.property(fc.constantFrom('ü', '汉', '🧝', 'aü汉🧝'), fc.nat(4000), fc.array(fc.integer({ min: 1, max: 700 })), (unit, length, sizes) => {
        const bytes = Buffer.from(unit.repeat(length))
        const output = workerOutput(1000)
        let at = 0
        for (const size of [...sizes, bytes.length]) {
          output.writeStandardError(bytes.subarray(at, at + size))
          at += size
        }
        const { standardError } = output.finish()
        expect(standardError).not.toContain('\ufffd')
        if (bytes.length <= 3000) expect(standardError).toBe(bytes.toString())
      }),
    )
  })

  const answer = (result: Uint8Array) =>
    Buffer.concat([Buffer.from('<ElvesWFlag>true</ElvesWFlag><ElvesWResult>'), result, Buffer.from('</ElvesWResult>')])
  /** 汉字 in GBK. */
  const gbk = Buffer.from([0xba, 0xba, 0xd7, 0xd6])

  test('reads what is printed in another encoding, however it is cut', () => {
    const bytes = answer(gbk)
    for (let cut = 0; cut <= bytes.length; cut++) {
      const output = workerOutput(1000, 'gbk')
      output.writeStandardOutput(bytes.subarray(0, cut))
      output.writeStandardOutput(bytes.subarray(cut))
      output.writeStandardError(gbk.subarray(0, 1))
      output.writeStandardError(gbk.subarray(1))
      expect(output.finish()).toMatchObject({
        flag: { text: 'true' },
        result: { text: '汉字', byteCount: 6 },
        isAltered: false,
        standardError: '汉字',
      })
    }
  })

  test('says that a result is altered where bytes of it were no text, and only there', () => {
    const altered = (...chunks: Uint8Array[]) => {
      const output = workerOutput(1000)
      for (const chunk of chunks) output.writeStandardOutput(Buffer.from(chunk))
      return output.finish().isAltered
    }
    expect(altered(answer(gbk))).toBe(true)
    expect(altered(answer(Buffer.from('汉字 \ufffd')))).toBe(false)
    expect(altered(gbk, answer(Buffer.from('汉字')))).toBe(false)
    const whole = answer(Buffer.from('汉'))
    for (let cut = 0; cut <= whole.length; cut++) expect(altered(whole.subarray(0, cut), whole.subarray(cut))).toBe(false)
  })
})
