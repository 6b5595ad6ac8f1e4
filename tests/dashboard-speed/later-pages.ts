import { type Figure, figure } from '@elves/bench/figure.ts'
import type { Browser } from '../browser/chromium.ts'
import { type Showing, signedIn, timeTo } from './showing.ts'

interface Visit {
  readonly name: string
  /** For the run of a number: no two of them ask the same. */
  address(run: number): string
  /** What is there when it is shown. */
  selector(run: number): string
}

/** The list of a page as of a filter, with a row. */
const listOf = (page: string, filter: object) => `[data-page="${page}"] [data-list=${JSON.stringify(JSON.stringify(filter))}] [data-row-key]`
const states = ['FAILED', 'TIMED_OUT', 'CANCELLED', 'REJECTED', 'SUCCEEDED']
const types = ['TaskRequested', 'TaskStarted', 'TaskFailed', 'AgentRegistered', 'TaskRejected']
/** Of agents of `env=prod`: the labels of a fleet go together. */
const regions = [0, 1, 2, 5, 6, 7]
const of = <Value>(values: readonly Value[], run: number) => values[run % values.length] as Value

/** Lists, filters, details and the past, each from another page; the first visit of a page, which loads its part of the program, apart. */
export async function laterPages(browser: Browser, { door, things, runs, progress }: Showing): Promise<Figure[]> {
  const page = await signedIn(browser, door)
  const figures: Figure[] = []
  const first: number[] = []
  for (const { name, address, selector } of visits(things)) {
    progress(`showing ${name}`)
    const taken: number[] = []
    for (let run = 0; run <= runs; run++) {
      await timeTo(page, '/me', '[data-page="me"] h1')
      const ms = await timeTo(page, address(run), selector(run))
      // The first one loads what no page before it needed.
      if (run === 0) first.push(ms)
      else taken.push(ms)
    }
    figures.push(figure(name, 'ms', taken, []))
  }
  await page.close()
  return [...figures, figure('first-visit-of-a-page', 'ms', first, [])]
}

function visits({ task, agent, queue, from, to }: Showing['things']): Visit[] {
  const fixed = (name: string, address: string, selector: string): Visit => ({ name, address: () => address, selector: () => selector })
  const instant = (run: number) => new Date(from + (to - from) * ((run * 0.37) % 1 || 0.5)).toISOString()
  return [
    fixed('tasks-list', '/tasks', listOf('tasks', {})),
    fixed('agents-list', '/agents', listOf('agents', {})),
    fixed('queues-list', '/queues', listOf('queues', {})),
    fixed('schedules-list', '/schedules', listOf('schedules', { states: ['RUNNING', 'PAUSED', 'ENDED'] })),
    fixed('schedules-calendar', '/schedules?view=calendar', '[data-calendar-of]'),
    fixed('events-list', '/audit', listOf('audit', {})),
    {
      name: 'tasks-by-state',
      address: (run) => `/tasks?state=${of(states, run)}`,
      selector: (run) => listOf('tasks', { states: [of(states, run)] }),
    },
    {
      name: 'tasks-by-app-and-state',
      address: (run) => `/tasks?state=FAILED&app=app-${run % 8}`,
      selector: (run) => listOf('tasks', { states: ['FAILED'], apps: [`app-${run % 8}`] }),
    },
    {
      name: 'agents-by-selector',
      address: (run) => `/agents?selector=${encodeURIComponent(`env=prod,region=r${of(regions, run)}`)}`,
      selector: (run) => listOf('agents', { selector: `env=prod,region=r${of(regions, run)}` }),
    },
    {
      name: 'events-by-type',
      address: (run) => `/audit?type=${of(types, run)}`,
      selector: (run) => listOf('audit', { types: [of(types, run)] }),
    },
    fixed('task-detail', `/tasks/${task}`, '[data-page="task"] header [data-state]'),
    fixed('agent-detail', `/agents/${agent}`, '[data-page="agent"] header [data-state]'),
    fixed('queue-detail', `/queues/${queue}`, '[data-page="queue"] .react-flow__node'),
    fixed('apps', '/apps', '[data-page="apps"] .ant-empty, [data-page="apps"] [data-app]'),
    fixed('access', '/access', '[data-page="access"] .ant-table-row'),
    fixed('overview', '/', '[data-page="overview"] .counts a[href^="/agents?state"] b'),
    {
      name: 'past',
      address: (run) => `/audit?view=past&since=${instant(run + 1)}&at=${instant(run)}`,
      selector: (run) => `[data-past="${instant(run)}"]`,
    },
  ]
}
