import { checkAppends } from '@elves/core/eventing/encoded-event.ts'
import type { EventStore, NewEvent } from '@elves/core/eventing/event-store.ts'
import { anyNewEvent, plain } from '@elves/core/eventing/testing/any-event.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordedOf, sampleAppend, sampleContext, sampleEvent, sampleEvents, sampleStream } from './sample-events.ts'

function isAppendable(stream: string, event: NewEvent): boolean {
  try {
    checkAppends([{ stream, expectedVersion: -1, events: [event] }])
    return true
  } catch {
    return false
  }
}

export function appendContract(store: () => EventStore): void {
  describe('append', () => {
    it('writes a new stream from version 0 and answers with the events as stored', async () => {
      const stream = sampleStream()
      const events = sampleEvents(3)
      const [result] = await store().append([{ stream, expectedVersion: -1, events }])
      const recorded = recordedOf(result)
      expect(result).toMatchObject({ ok: true, isRepeat: false })
      expect(recorded.map(({ version }) => version)).toEqual([0, 1, 2])
      expect(recorded.map(({ id, event, context }) => ({ id, event, context }))).toEqual(events)
      expect(await store().readStream(stream)).toEqual(recorded)
    })

    it('goes on from the expected version', async () => {
      const stream = sampleStream()
      await store().append([sampleAppend(stream, -1, 2)])
      const [result] = await store().append([sampleAppend(stream, 1, 1)])
      expect(recordedOf(result).map(({ version }) => version)).toEqual([2])
    })

    it.each([
      { there: 0, expected: 0, current: -1 },
      { there: 2, expected: -1, current: 1 },
      { there: 2, expected: 0, current: 1 },
      { there: 2, expected: 2, current: 1 },
    ])('refuses expected version $expected of a stream with $there events, and writes nothing', async ({ there, expected, current }) => {
      const stream = sampleStream()
      if (there > 0) await store().append([sampleAppend(stream, -1, there)])
      expect(await store().append([sampleAppend(stream, expected, 2)])).toEqual([{ ok: false, conflict: { currentVersion: current } }])
      expect(await store().readStream(stream)).toHaveLength(there)
    })

    it('writes several streams in one call, each atomic by itself, and answers in their order', async () => {
      const [good, conflicting, alsoGood] = [sampleStream(), sampleStream(), sampleStream()]
      await store().append([sampleAppend(conflicting, -1, 1)])
      const results = await store().append([sampleAppend(good, -1, 2), sampleAppend(conflicting, -1, 2), sampleAppend(alsoGood, -1, 1)])
      expect(results.map(({ ok }) => ok)).toEqual([true, false, true])
      expect((await store().readStreams([good, conflicting, alsoGood])).map((events) => events.length)).toEqual([2, 1, 1])
      expect(recordedOf(results[0])).toEqual(await store().readStream(good))
      expect(recordedOf(results[2])).toEqual(await store().readStream(alsoGood))
    })

    it('recognises a repeated append by its event ids, also when the stream has grown since', async () => {
      const stream = sampleStream()
      await store().append([sampleAppend(stream, -1, 1)])
      const append = sampleAppend(stream, 0, 2)
      const [first] = await store().append([append])
      await store().append([sampleAppend(stream, 2, 1)])
      const [again] = await store().append([append])
      expect(again).toEqual({ ok: true, isRepeat: true, recorded: recordedOf(first) })
      expect(await store().readStream(stream)).toHaveLength(4)
    })

    it('calls a part match a conflict', async () => {
      const stream = sampleStream()
      const events = sampleEvents(2)
      await store().append([{ stream, expectedVersion: -1, events }])
      const [known] = events
      if (!known) throw new Error('unreachable')
      const conflict = { ok: false, conflict: { currentVersion: 1 } }
      expect(await store().append([{ stream, expectedVersion: -1, events: [known, sampleEvent()] }])).toEqual([conflict])
      expect(await store().append([{ stream, expectedVersion: -1, events: [...events, sampleEvent()] }])).toEqual([conflict])
      expect(await store().append([{ stream, expectedVersion: 0, events }])).toEqual([conflict])
      expect(await store().readStream(stream)).toHaveLength(2)
    })

    it('lets one of many writers of a stream win each version', async () => {
      const stream = sampleStream()
      const results = await Promise.all(Array.from({ length: 20 }, () => store().append([sampleAppend(stream, -1, 2)])))
      expect(results.flat().filter(({ ok }) => ok)).toHaveLength(1)
      expect(await store().readStream(stream)).toHaveLength(2)
    })

    it('writes an append that is larger than any batch as one', async () => {
      const stream = sampleStream()
      const [result] = await store().append([sampleAppend(stream, -1, 1500)])
      expect(recordedOf(result)).toHaveLength(1500)
      expect(await store().readStream(stream)).toEqual(recordedOf(result))
    })

    it('keeps a large payload byte for byte', async () => {
      const stream = sampleStream()
      const text = '€\u0000"\\😀 '.repeat(40_000)
      const output = {
        workerFlag: 1,
        message: { inline: text, encrypted: null, reference: null },
        costMs: 1,
        truncated: false,
        byteCount: 1,
        sha256: null,
        altered: false,
        printed: null,
        exit: null,
      }
      const data = { agentId: 'a', app: 'b', attempt: 1, happenedAt: 1, isLate: false, output }
      const [result] = await store().append([{ stream, expectedVersion: -1, events: [{ ...sampleEvent(), event: { type: 'TaskSucceeded', data } }] }])
      expect(await store().readStream(stream)).toEqual(recordedOf(result))
    })

    it('gives back each event as it was written, whatever its texts', async () => {
      const stream = sampleStream()
      const written = fc.sample(anyNewEvent(), { numRuns: 300, seed: 7 }).filter((event) => isAppendable(stream, event))
      expect(written.length).toBeGreaterThan(100)
      const [result] = await store().append([{ stream, expectedVersion: -1, events: written }])
      const read = await store().readStream(stream)
      expect(plain(read)).toEqual(plain(recordedOf(result)))
      expect(plain(read.map(({ id, event, context }) => ({ id, event, context })))).toEqual(plain(written))
    })

    it('refuses a text without a UTF-8 form, and writes nothing of the call', async () => {
      const stream = sampleStream()
      const data = { agentId: 'a', app: 'b', reason: 'cut \ud83d', idempotencyKey: null }
      const cut = { ...sampleEvent(), event: { type: 'TaskCancelRequested', data } as const }
      const appends = [sampleAppend(stream, -1), { stream: sampleStream(), expectedVersion: -1, events: [cut] }]
      await expect(store().append(appends)).rejects.toMatchObject({ code: 'TEXT_INVALID' })
      expect(await store().readStream(stream)).toEqual([])
    })

    it('refuses a call that is wrong in itself, and writes nothing of it', async () => {
      const stream = sampleStream()
      const misfit = { ...sampleEvent(), event: { type: 'TaskStarted', data: { agentId: 7 } } as never }
      const good = sampleAppend(stream, -1)
      const wrong = [
        [good, { stream: sampleStream(), expectedVersion: -1, events: [misfit] }],
        [good, { stream: sampleStream(), expectedVersion: -1, events: [] }],
        [good, { stream: sampleStream(), expectedVersion: -2, events: sampleEvents(1) }],
        [good, { stream: '', expectedVersion: -1, events: sampleEvents(1) }],
        [good, { stream: 'a\u0000b', expectedVersion: -1, events: sampleEvents(1) }],
        [good, { stream: sampleStream(), expectedVersion: -1, events: [{ ...sampleEvent(), id: 'no-uuid' }] }],
        [good, sampleAppend(stream, 0)],
      ]
      for (const appends of wrong) await expect(store().append(appends)).rejects.toMatchObject({ code: 'INTERNAL' })
      expect(await store().readStream(stream)).toEqual([])
    })

    it('never lets recordedAt go back within a stream, nor a position', async () => {
      const stream = sampleStream()
      for (let version = -1; version < 20; version++) await store().append([sampleAppend(stream, version)])
      const events = await store().readStream(stream)
      for (const [index, event] of events.entries()) {
        const before = events[index - 1]
        if (!before) continue
        expect(event.recordedAt).toBeGreaterThanOrEqual(before.recordedAt)
        expect(event.position > before.position).toBe(true)
      }
      expect(Math.abs(Date.now() - (events[0]?.recordedAt ?? 0))).toBeLessThan(600_000)
      expect(events[0]?.context).toEqual(sampleContext)
    })

    it('answers nothing for nothing', async () => {
      expect(await store().append([])).toEqual([])
    })
  })
}
