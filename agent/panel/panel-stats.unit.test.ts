import { expect, test } from 'vitest'
import type { CronEntry } from '../crons/cron-file.ts'
import type { RunEnd } from '../runner/worker-call.ts'
import { goJson } from './go-json.ts'
import { PanelStats, panelTime } from './panel-stats.ts'

const now = new Date(2026, 10, 27, 9, 5, 3).getTime()
const run = { taskId: '00000000000000AA', app: 'apptest', func: 'helloword', proxy: null, type: 'rt', mode: 'NP' } as const

function end(workerFlag: number | null, costMs = 7): RunEnd {
  const output = workerFlag === null ? null : ({ workerFlag, costMs, message: null, exit: null } as unknown as RunEnd['output'])
  return {
    outcome: workerFlag === 1 ? 'SUCCEEDED' : 'FAILED',
    failure: workerFlag === 1 ? null : { code: 'WORKER_EXIT', message: 'why' },
    output,
    killed: null,
  }
}

test('tasks are 40 places, the newest first, byte for byte as 0.1.x wrote them', () => {
  const stats = new PanelStats(() => now)
  const empty = '{"Time":"","ID":"","Type":"","Mode":"","Proxy":"","App":"","Func":"","Costtime":0,"Flag":""}'
  expect(goJson(stats.tasks())).toBe(`[${Array(40).fill(empty).join(',')}]`)
  stats.ended(run, end(1))
  stats.ended({ ...run, type: 'queue', mode: 'P', proxy: 'python|a&b.py' }, end(0))
  const newest =
    '{"Time":"2026/11/27 09:05:03","ID":"00000000000000AA","Type":"queue","Mode":"P","Proxy":"python|a\\u0026b.py","App":"apptest","Func":"helloword","Costtime":7,"Flag":"failure"}'
  const before =
    '{"Time":"2026/11/27 09:05:03","ID":"00000000000000AA","Type":"rt","Mode":"NP","Proxy":"","App":"apptest","Func":"helloword","Costtime":7,"Flag":"success"}'
  expect(goJson(stats.tasks())).toBe(`[${[newest, before, ...Array(38).fill(empty)].join(',')}]`)
  for (let nth = 0; nth < 100; nth++) stats.ended({ ...run, taskId: String(nth) }, end(1))
  expect(stats.tasks().map(({ ID }) => ID)).toEqual(Array.from({ length: 40 }, (_, index) => String(99 - index)))
})

test('errors are 20 places with their time; a run that gave no result is one', () => {
  const stats = new PanelStats(() => now)
  expect(goJson(stats.errors())).toBe(`[${Array(20).fill('""').join(',')}]`)
  stats.ended(run, end(-1))
  stats.ended(run, end(null))
  expect(
    stats
      .tasks()
      .slice(0, 2)
      .map(({ Flag }) => Flag),
  ).toEqual(['error', 'error'])
  expect(stats.errors().slice(0, 3)).toEqual([
    '2026/11/27 09:05:03|[task:00000000000000AA] apptest helloword: why',
    '2026/11/27 09:05:03|[task:00000000000000AA] apptest helloword: why',
    '',
  ])
})

test('crons are those that run, sorted by id, with their last run', () => {
  const stats = new PanelStats(() => now)
  const entry = (id: string, isOn = true) =>
    ({
      told: { id, comment: 'c <1>', app: 'apptest', func: 'f', processor: id === 'B', rule: '*/15 * * * * *', isEnabled: isOn, error: null },
      call: isOn ? {} : null,
    }) as unknown as CronEntry
  stats.cronRan('B')
  expect(goJson(stats.crons([entry('B'), entry('off', false), entry('A')]))).toBe(
    '{"A":{"Id":"A","App":"apptest","Func":"f","Mode":"NP","Rule":"*/15 * * * * *","Comment":"c \\u003c1\\u003e","Lastexec":"0000/00/00 00:00:00"},' +
      '"B":{"Id":"B","App":"apptest","Func":"f","Mode":"P","Rule":"*/15 * * * * *","Comment":"c \\u003c1\\u003e","Lastexec":"2026/11/27 09:05:03"}}',
  )
})

test('a time is that of this host', () => {
  expect(panelTime(now)).toBe('2026/11/27 09:05:03')
})
