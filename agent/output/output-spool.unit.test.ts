import type { AgentOutput } from '@elves/schemas/generated/types.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OutputSpool } from './output-spool.ts'

const mib = 1024 * 1024
const run = { taskId: '00000000000000AA', attempt: 1, bootId: 'boot', startedAt: 1 }

function spool({ keptBytes = mib, spoolBytes = 16 * mib } = {}) {
  return new OutputSpool({ keptBytes, spoolBytes }, () => undefined)
}

/** The center's side: keeps what goes on where it ends, and says how far it has it. */
class Center {
  text = ''
  last: AgentOutput | null = null

  get reach() {
    return { offset: Buffer.byteLength(this.text), gap: false, ended: this.last?.ended ?? false, refused: false }
  }

  take(message: AgentOutput) {
    const { offset } = this.reach
    const { taskId, attempt } = message
    const isGap = message.offset > offset
    if (!isGap) {
      const bytes = Buffer.concat(message.pieces.map((piece) => piece.bytes))
      this.text += bytes.subarray(offset - message.offset).toString('utf8')
      this.last = message
    }
    return { taskId, attempt, ...this.reach, gap: isGap }
  }
}

/** Sends and confirms until nothing is left to send. */
function drain(from: OutputSpool, center: Center): void {
  for (let messages = from.next(); messages.length > 0; messages = from.next()) from.receipt(messages.map((message) => center.take(message)))
}

describe('the output that an agent keeps until the center has it', () => {
  test('arrives whole and once, whatever gets lost on the way', () => {
    const step = fc.oneof(
      fc.record({ write: fc.string({ unit: 'grapheme', maxLength: 40 }), stream: fc.constantFrom('OUT' as const, 'ERR' as const) }),
      fc.constantFrom('send', 'lose', 'receive late', 'link again'),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const [kept, center] = [spool(), new Center()]
        const tap = kept.open(run)
        let [printed, late] = ['', [] as ReturnType<Center['take']>[]]
        for (const one of steps) {
          if (typeof one === 'object') {
            tap.write(one.stream, Buffer.from(one.write))
            printed += Buffer.from(one.write).toString('utf8')
          } else if (one === 'send') kept.receipt(kept.next().map((message) => center.take(message)))
          else if (one === 'lose') kept.next()
          else if (one === 'receive late') {
            kept.receipt(late)
            late = kept.next().map((message) => center.take(message))
          } else kept.rewind()
        }
        tap.end(false)
        kept.rewind()
        drain(kept, center)
        expect(center.text).toBe(printed)
        expect(center.last).toMatchObject({ ended: true, cut: null, printedBytes: Buffer.byteLength(printed) })
        expect(kept.isEmpty).toBe(true)
        expect(kept.bytes).toBe(0)
      }),
    )
  })

  test('is cut at the limit of an attempt, before a character that does not fit, and the rest is counted', () => {
    const [kept, center] = [spool({ keptBytes: 10 }), new Center()]
    const tap = kept.open(run)
    tap.write('OUT', Buffer.from('12345678éé'))
    tap.write('ERR', Buffer.from('more'))
    tap.end(false)
    drain(kept, center)
    expect(center.text).toBe('12345678é')
    expect(center.last).toMatchObject({ cut: 'LIMIT', printedBytes: 16, ended: true })
  })

  test('says that it was cut as soon as it is, not only at the end', () => {
    const [kept, center] = [spool({ keptBytes: 4 }), new Center()]
    kept.open(run).write('OUT', Buffer.from('12345'))
    drain(kept, center)
    expect(center.last).toMatchObject({ cut: 'LIMIT', printedBytes: 5, ended: false })
    expect(kept.hasUnsent).toBe(false)
  })

  test('takes bounded memory while the center is away, byte by byte or in floods, and says so', () => {
    const kept = spool({ spoolBytes: mib })
    const taps = Array.from({ length: 20 }, (_, index) => kept.open({ ...run, attempt: index + 1 }))
    for (const [index, tap] of taps.entries()) {
      if (index % 2 === 0) for (let i = 0; i < 5_000; i += 1) tap.write(i % 2 === 0 ? 'OUT' : 'ERR', Buffer.from('x'))
      else for (let i = 0; i < 40; i += 1) tap.write('OUT', Buffer.alloc(64 * 1024, 'y'))
      tap.end(false)
    }
    expect(kept.bytes).toBeLessThan(mib + 20 * 64 * 1024)
    const centers = taps.map(() => new Center())
    for (let messages = kept.next(); messages.length > 0; messages = kept.next()) {
      kept.receipt(messages.map((message) => (centers[message.attempt - 1] as Center).take(message)))
    }
    expect(centers.map(({ last }) => last?.cut)).toContain('AGENT_FULL')
    expect(centers.every(({ last }) => last?.ended)).toBe(true)
    expect(kept.bytes).toBe(0)
  })

  test('is sent only so far ahead of the receipts, and each attempt has its turn', () => {
    const kept = spool()
    for (let attempt = 1; attempt <= 8; attempt += 1) kept.open({ ...run, attempt }).write('OUT', Buffer.alloc(128 * 1024, 'x'))
    const sent: AgentOutput[] = []
    for (let messages = kept.next(); messages.length > 0; messages = kept.next()) sent.push(...messages)
    expect(sent.reduce((sum, { pieces }) => sum + pieces.reduce((bytes, piece) => bytes + piece.bytes.length, 0), 0)).toBe(256 * 1024)
    expect(sent.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4])
  })

  test('is given up where the center keeps no more of it, and only the end is sent', () => {
    const [kept, center] = [spool(), new Center()]
    const tap = kept.open(run)
    tap.write('OUT', Buffer.from('first'))
    drain(kept, center)
    tap.write('OUT', Buffer.from('second'))
    kept.next()
    kept.receipt([{ ...run, ...center.reach, refused: true }])
    tap.write('OUT', Buffer.from('third'))
    tap.end(false)
    drain(kept, center)
    expect(center.text).toBe('first')
    expect(center.last).toMatchObject({ cut: 'CENTER', ended: true, pieces: [], printedBytes: 16 })
    expect(kept.isEmpty).toBe(true)
  })

  test('is told as given up once, however often the center refuses it while the run goes on', () => {
    const [kept, center] = [spool(), new Center()]
    const tap = kept.open(run)
    tap.write('OUT', Buffer.from('first'))
    const refusal = { ...run, offset: 0, gap: false, ended: true, refused: true }
    let told = 0
    for (let messages = kept.next(); messages.length > 0 && told < 10; messages = kept.next()) {
      told += 1
      kept.receipt([refusal])
    }
    expect(told).toBe(2)
    tap.end(false)
    drain(kept, center)
    expect(center.last).toMatchObject({ cut: 'CENTER', ended: true })
    expect(kept.isEmpty).toBe(true)
  })

  test('is given up where the center lost what it had confirmed, but not over one late answer', () => {
    const [kept, center] = [spool(), new Center()]
    const tap = kept.open(run)
    tap.write('OUT', Buffer.from('first'))
    drain(kept, center)
    tap.write('OUT', Buffer.from('second'))
    const lost = { ...run, offset: 0, gap: true, ended: false, refused: false }
    kept.receipt([lost])
    drain(kept, center)
    expect(center.text).toBe('firstsecond')
    tap.write('OUT', Buffer.from('third'))
    for (let i = 0; i < 3; i += 1) {
      kept.next()
      kept.receipt([lost])
    }
    expect(kept.next()).toMatchObject([{ cut: 'CENTER', pieces: [] }])
  })
})

test('says of an attempt of an earlier process that nothing of it will come', () => {
  const spool = new OutputSpool({ keptBytes: 100, spoolBytes: 1_000 }, () => undefined)
  spool.gone({ taskId: 'A', attempt: 2, bootId: 'later', startedAt: 5 })
  const [message] = spool.next(0)
  expect(message).toEqual({
    taskId: 'A',
    attempt: 2,
    bootId: 'later',
    startedAt: 5,
    offset: 0,
    pieces: [],
    printedBytes: 0,
    cut: 'AGENT_GONE',
    altered: false,
    ended: true,
  })
  spool.receipt([{ taskId: 'A', attempt: 2, offset: 0, gap: false, ended: true, refused: false }])
  expect(spool.isEmpty).toBe(true)
})
