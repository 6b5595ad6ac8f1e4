import type { Append, AppendResult, NewEvent, RecordedEvent } from '@elves/core/eventing/event-store.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StoreUnderTest } from './event-store.contract.ts'
import { sampleEvent } from './sample-events.ts'

interface Step {
  readonly stream: number
  /** Added to the expected version; 0 is right. */
  readonly offset: number
  readonly count: number
  /** True: sends the last append of the stream again instead. */
  readonly isRepeat: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  stream: fc.nat(3),
  offset: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -2, max: 2 }) }),
  count: fc.integer({ min: 1, max: 4 }),
  isRepeat: fc.boolean(),
})

/** The simplest correct model: a list of event ids per stream. */
class Model {
  readonly streams = new Map<string, string[]>()

  append({ stream, expectedVersion, events }: Append): 'WRITTEN' | 'REPEAT' | number {
    const ids = this.streams.get(stream) ?? []
    if (ids.length - 1 === expectedVersion) {
      const added = events.map(({ id }) => id)
      this.streams.set(stream, [...ids, ...added])
      return 'WRITTEN'
    }
    const isRepeat = events.every(({ id }, index) => ids[expectedVersion + 1 + index] === id)
    return isRepeat ? 'REPEAT' : ids.length - 1
  }
}

export function modelContract(makeStore: () => Promise<StoreUnderTest>): void {
  describe('any sequence of appends', () => {
    it('answers and reads like the model', async () => {
      const made = await makeStore()
      let run = 0
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 25 }), async (calls) => {
          run += 1
          const model = new Model()
          const last = new Map<string, Append>()
          const start = await made.store.head()
          const log: string[] = []
          for (const steps of calls) {
            const appends = toAppends(run, steps, model, last)
            const expected = appends.map((append) => model.append(append))
            const results = await made.store.append(appends)
            const answers = results.map((result) => {
              if (!result.ok) return result.conflict.currentVersion
              return result.isRepeat ? 'REPEAT' : 'WRITTEN'
            })
            expect(answers).toEqual(expected)
            for (const append of appends) last.set(append.stream, append)
            log.push(...inOrder(results).map(({ id }) => id))
          }
          for (const [stream, ids] of model.streams) {
            const events = await made.store.readStream(stream)
            expect(events.map(({ id, version }) => [id, version])).toEqual(ids.map((id, version) => [id, version]))
          }
          const read = await made.store.readAll({ from: start, direction: 'forwards', limit: 10_000 })
          expect(read.map(({ id }) => id)).toEqual(log)
        }),
        { numRuns: 40 },
      )
      await made.close()
    })
  })
}

/** Returns the events that a call wrote, by position: streams have no order among themselves, but each has one in itself. */
function inOrder(results: readonly AppendResult[]): readonly RecordedEvent[] {
  const written = results.flatMap((result) => (result.ok && !result.isRepeat ? result.recorded : []))
  return written.toSorted((one, other) => (one.position < other.position ? -1 : 1))
}

function toAppends(run: number, steps: readonly Step[], model: Model, last: ReadonlyMap<string, Append>): Append[] {
  const appends = new Map<string, Append>()
  for (const { stream: number, offset, count, isRepeat } of steps) {
    const stream = `model-${run}-${number}`
    const repeated = isRepeat ? last.get(stream) : undefined
    const right = (model.streams.get(stream)?.length ?? 0) - 1
    const events: NewEvent[] = Array.from({ length: count }, () => sampleEvent())
    if (!appends.has(stream)) appends.set(stream, repeated ?? { stream, expectedVersion: Math.max(-1, right + offset), events })
  }
  return [...appends.values()]
}
