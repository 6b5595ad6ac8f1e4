import { decodeAs } from '@elves/schemas/codec/codec.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acknowledged, ended, runTask, started } from '../tests/messages.ts'
import { fitsFrame, framesOf, readAgentFrame } from './frames.ts'

describe('frames', () => {
  it('are read message by message, in order', () => {
    const [frame] = framesOf([acknowledged(1), started(2), ended(3)], 1_000)
    expect(readAgentFrame(frame as Buffer).map(({ name }) => name)).toEqual(['AttemptAcknowledged', 'AttemptStarted', 'AttemptEnded'])
  })

  it('carry every message once, in order, and none is larger than the limit', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 60 })
    fc.assert(
      fc.property(messages, fc.integer({ min: 500, max: 5_000 }), (given, frameBytes) => {
        const frames = framesOf(given, frameBytes)
        for (const frame of frames) expect(frame.length).toBeLessThanOrEqual(frameBytes)
        const carried = frames.flatMap((frame) => decodeAs('Frame', frame).messages.map((message) => Buffer.from(message)))
        expect(carried).toEqual(given.map((message) => Buffer.from(message)))
      }),
    )
  })

  it('have room for what fits, to the byte of the limit', () => {
    const message = runTask(1, 'x'.repeat(3_000))
    const frameBytes = message.length + 37
    expect(fitsFrame(message, frameBytes)).toBe(true)
    expect(framesOf([message], frameBytes)[0]?.length).toBeLessThanOrEqual(frameBytes)
    expect(fitsFrame(message, frameBytes - 1)).toBe(false)
  })

  it('refuse whatever is no frame of an agent, by its code', () => {
    const refused = expect.objectContaining({ code: 'FRAME_INVALID' })
    const notOurs = framesOf([runTask(1)], 1_000)[0] as Buffer
    for (const bytes of [Buffer.alloc(0), Buffer.from('hello'), acknowledged(1), notOurs, framesOf([Buffer.alloc(3)], 100)[0] as Buffer]) {
      expect(() => readAgentFrame(bytes)).toThrow(refused)
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => readAgentFrame(Buffer.from(bytes))).toThrow(refused)
      }),
    )
  })
})
