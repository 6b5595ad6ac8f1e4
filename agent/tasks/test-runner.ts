import { failedOutput } from '@elves/schemas/codec/value.ts'
import type { KillProof } from '@elves/schemas/generated/types.ts'
import type { Run, RunEnd, WorkerCall, WorkerRunner } from '../runner/worker-call.ts'
import { refusedEnd } from './attempt-ends.ts'

/** A runner for tests: the function `now` ends at once, the app `missing` is not installed, any other call runs until `end` or a cancel. */
export interface TestRunner extends WorkerRunner {
  readonly started: WorkerCall[]
  leftovers: KillProof | null
  start(call: WorkerCall): Run
  end(taskId: string): void
  /** Sum of the sleeps that runs were told of, in ms. */
  readonly slept: number
}

/** For engines whose tasks are not in mode P. */
export const noProcessing = { forEnd: () => null, begin: () => {} }

export const said: RunEnd = { outcome: 'SUCCEEDED', failure: null, output: { ...failedOutput('hi'), workerFlag: 1 }, killed: null }

export function testRunner(): TestRunner {
  const ends = new Map<string, (end: RunEnd) => void>()
  const started: WorkerCall[] = []
  let slept = 0
  const sleep = (ms: number) => {
    slept += ms
  }
  return {
    started,
    get slept() {
      return slept
    },
    leftovers: null,
    prepare(call) {
      return call.app === 'missing' ? refusedEnd('APP_NOT_INSTALLED', 'app [missing] not install !') : { start: () => this.start(call) }
    },
    start(call) {
      started.push(call)
      if (call.func === 'now') return { ended: Promise.resolve(said), cancel: () => {}, slept: () => {} }
      const ended = new Promise<RunEnd>((resolve) => ends.set(call.taskId, resolve))
      const cancelled: RunEnd = { outcome: 'CANCELLED', failure: null, output: null, killed: 'VERIFIED' }
      return { ended, cancel: () => ends.get(call.taskId)?.(cancelled), slept: sleep }
    },
    end: (taskId) => ends.get(taskId)?.(said),
    async killLeftovers() {
      return this.leftovers
    },
    installedApps: async () => [],
    processorOf: () => null,
    close: async () => {},
  }
}
