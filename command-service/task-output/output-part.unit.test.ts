import type { AgentOutput } from '@elves/schemas/generated/types.ts'
import { expect, test } from 'vitest'
import { outputPart } from './output-part.ts'

const message: AgentOutput = {
  taskId: '00000000000000AA',
  attempt: 1,
  bootId: 'boot',
  startedAt: 1,
  offset: 0,
  pieces: [{ stream: 'OUT', bytes: Buffer.from('text') }],
  printedBytes: 4,
  cut: null,
  altered: false,
  ended: false,
}

test('a message of an agent is taken', () => {
  expect(outputPart('agent', message)).toMatchObject({ offset: 0, lengths: [4], printed: 4 })
})

test('one is not whose boot the database refuses, with all that is written together with it, or whose memory is not counted', () => {
  for (const bootId of ['\0', 'x'.repeat(100_000), '']) expect(outputPart('agent', { ...message, bootId }) === null, bootId.slice(0, 9)).toBe(true)
})
