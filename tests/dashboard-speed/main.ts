import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { figure } from '@elves/bench/figure.ts'
import { type GrownPlatform, grownPlatform, longestGrownStartMs } from '@elves/bench/growth/grown-platform.ts'
import { table } from '@elves/bench/table.ts'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { launched } from '@elves/standalone/launched.ts'
import { findChromium, startBrowser } from '../browser/chromium.ts'
import { changesOnAPage } from './changes-on-a-page.ts'
import { firstLoads } from './first-loads.ts'
import { laterPages } from './later-pages.ts'

const meaning = `How fast the dashboard is in Chromium, over a platform that has grown: first load, lists, filters, details, the past, and a page that gets a
thousand changes a second. The platform is made once and kept in its folder; measuring takes some minutes.`
const command = commandLine('npm run bench:dashboard --', meaning)
  .option('--data <folder>', 'where the platform is kept', join(tmpdir(), 'elves-dashboard-speed'))
  .option('--tasks <count>', 'tasks of a platform that is made', '1000000')
  .option('--agents <count>', 'its agents', '50000')
  .option('--schedules <count>', 'its schedules', '10000')
  .option('--runs <count>', 'how often each page is shown', '10')
  .option('--seconds <count>', 'how long changes come', '20')
  .option('--changes <count>', 'changes a second', '1000')
  .option('--only-make', 'makes the platform, and measures nothing')
  .option('--only-changes', 'measures only a page that gets changes')
  .parse()

const given = command.opts<Record<string, string> & { onlyMake?: boolean; onlyChanges?: boolean }>()
const number = (name: string) => {
  const value = Number(given[name])
  if (!Number.isSafeInteger(value) || value < 1) command.error(`error: --${name} takes a whole number from 1 on`)
  return value
}
const progress = (text: string) => void process.stderr.write(`${text}\n`)
const size = { tasks: number('tasks'), agents: number('agents'), schedules: number('schedules') }
const grown: GrownPlatform = await grownPlatform(given['data'] ?? '', size, progress)
if (!given.onlyMake) await measure()

async function measure(): Promise<void> {
  const { path, why } = await findChromium()
  if (path === null) throw new Error(why)
  await using stack = new AsyncDisposableStack()
  progress('starting the platform')
  const platform = await launched({ dataDir: grown.dataDir, env: grown.env, timeoutMs: longestGrownStartMs })
  stack.defer(async () => void (await platform.stop()))
  const browser = await startBrowser(path)
  stack.defer(() => browser.close())
  const shown = { door: platform.ready, things: grown.things, runs: number('runs'), progress }
  const figures = [
    ...(given.onlyChanges ? [] : [...(await firstLoads(browser, shown)), ...(await laterPages(browser, shown))]),
    ...(await changesOnAPage(browser, { ...shown, seconds: number('seconds'), perSecond: number('changes') })),
    figure('dashboard-tasks', 'tasks', [grown.size.tasks], []),
  ]
  process.stdout.write(table(figures))
}
