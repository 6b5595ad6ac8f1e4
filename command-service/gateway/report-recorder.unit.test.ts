import { ElvesError } from '@elves/core/foundation/errors.ts'
import { describe, expect, it } from 'vitest'
import type { Report } from '../link/frames.ts'
import { gatewayLimits } from '../link/link-limits.ts'
import { BackPressure } from './back-pressure.ts'
import { ReportRecorder } from './report-recorder.ts'

describe('the recorder of reports', () => {
  it('gathers what comes while it records, one call at a time, and keeps the order', async () => {
    const { recorder, calls, recorded } = setUp(async () => undefined)
    for (const id of [1, 2, 3, 4]) recorder.add([report(id)])
    await recorder.idle()
    expect(calls).toEqual([[1], [2, 3, 4]])
    expect(recorded).toEqual([1, 2, 3, 4])
  })

  it('tries again what the store could not take, before anything that came later', async () => {
    let failures = 1
    const { recorder, calls, recorded } = setUp(async () => {
      if (failures-- > 0) throw unavailable()
    })
    recorder.add([report(1)])
    recorder.add([report(2)])
    await recorder.idle()
    expect(calls).toEqual([[1], [1], [2]])
    expect(recorded).toEqual([1, 2])
  })

  it('gives up when nobody waits for the receipts any more, with all that waited behind', async () => {
    const { recorder, failed, recorded } = setUp(
      async () => {
        throw unavailable()
      },
      () => false,
    )
    recorder.add([report(1)])
    recorder.add([report(2)])
    await recorder.idle()
    expect(failed()).toBe(2)
    expect(recorded).toEqual([])
  })

  it('gives up at once what no retry will help, and goes on with what comes after', async () => {
    let isBroken = true
    const { recorder, failed, recorded } = setUp(async () => {
      if (isBroken) throw new Error('a fault')
    })
    recorder.add([report(1)])
    await recorder.idle()
    isBroken = false
    recorder.add([report(2)])
    await recorder.idle()
    expect(failed()).toBe(1)
    expect(recorded).toEqual([2])
  })
})

function setUp(record: () => Promise<void>, isWanted = () => true) {
  const calls: number[][] = []
  const recorded: number[] = []
  let failed = 0
  const source = {
    agentId: 'a',
    outbox: { receipt: (ids: readonly number[]) => void recorded.push(...ids) },
    unrecorded: (_error: unknown, reports: number) => {
      failed += reports
    },
    get isClosed() {
      return !isWanted()
    },
    unreceipted: 0,
    unreceiptedBytes: 0,
    taken: [],
    isPaused: false,
    isCongested: () => false,
    pause: () => undefined,
    resume: () => undefined,
  }
  const recorder = new ReportRecorder(source, {
    tasks: {
      record(_agentId, reports) {
        calls.push(reports.map(({ value }) => value.reportId))
        return record()
      },
    },
    registration: {
      tellFacts: async () => undefined,
      tellCrons: async () => undefined,
      tellDroppedRuns: async () => undefined,
      tellRefusedInstruction: async () => undefined,
      tellApp: async () => undefined,
    },
    backPressure: new BackPressure(gatewayLimits),
    limits: { recordPatienceMs: 5_000 },
  })
  return { recorder, calls, recorded, failed: () => failed }
}

function report(reportId: number): Report {
  return { name: 'AttemptStarted', value: { reportId, taskId: '0123456789ABCDEF', attempt: 1, happenedAt: 0 } }
}

function unavailable(): ElvesError {
  return new ElvesError('STORE_UNAVAILABLE', 'away', { canRetry: true })
}
