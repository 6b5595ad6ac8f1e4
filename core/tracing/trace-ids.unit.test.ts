import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { spanIdOf, traceIdOf, traceOf, traceParentOf, traceParentText } from './trace-ids.ts'

test('the trace of a request is its correlation id, or a digest where that is no UUID', () => {
  const id = randomUUID()
  expect(traceIdOf(id)).toBe(id.replaceAll('-', ''))
  expect(traceIdOf('order-66')).toMatch(/^[0-9a-f]{32}$/)
  expect(traceIdOf('order-66')).toBe(traceIdOf('order-66'))
  expect(traceIdOf('0'.repeat(32))).not.toBe('0'.repeat(32))
})

test('reads and writes a traceparent, and passes over what is none', () => {
  const text = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const parent = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', isSampled: true }
  expect(traceParentOf(text)).toEqual(parent)
  expect(traceParentText(parent)).toBe(text)
  expect(traceParentOf(text.replace(/01$/, '02'))).toMatchObject({ isSampled: false })
  expect(traceParentOf(`${text}-of-a-later-version`)).toEqual(parent)
  for (const wrong of [undefined, '', '00-1-2-01', text.replace('00f067aa0ba902b7', '0'.repeat(16)), `${text}0`])
    expect(traceParentOf(wrong)).toBeNull()
})

test('a trace is the one that the caller names, with what it says of sampling; else it begins with the request, sampled as the platform says', () => {
  const id = randomUUID()
  const never = { isSampled: () => false }
  const [traceId, spanId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7']
  expect(traceOf(never, id, `00-${traceId}-${spanId}-01`)).toEqual({ traceId, parent: { traceId, spanId, isSampled: true }, isSampled: true })
  expect(traceOf(never, id, undefined)).toEqual({ traceId: traceIdOf(id), parent: null, isSampled: false })
  const ofId = { isSampled: (trace: string) => trace === traceIdOf(id) }
  expect(traceOf(ofId, id, 'none')).toEqual({ traceId: traceIdOf(id), parent: null, isSampled: true })
  expect(traceOf(ofId, id, `00-${traceId}-${spanId}-00`)).toMatchObject({ traceId, isSampled: false })
})

test('spans of one task have ids of their own', () => {
  const ids = [spanIdOf('task', 'A'), spanIdOf('run', 'A', 1), spanIdOf('run', 'A', 2), spanIdOf('dispatch', 'A', 1), spanIdOf('run', 'B', 1)]
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/)
})
