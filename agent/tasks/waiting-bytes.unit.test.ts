import { expect, test } from 'vitest'
import { WaitingLine } from './waiting-line.ts'

test('a line is full when what waits in it has 64 MiB, and has room again when some of that has left', () => {
  const line = new WaitingLine<number>({ concurrency: 1, appConcurrency: 1, waitingLimit: 10_000 })
  for (let item = 0; item < 64; item++) {
    expect(line.isFull).toBe(false)
    line.wait('app', item, 1024 * 1024)
  }
  expect(line.isFull).toBe(true)
  line.next()
  expect(line.isFull).toBe(false)
})
