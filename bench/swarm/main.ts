#!/usr/bin/env node
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import { InvalidArgumentError, Option } from 'commander'
import { swarmProcesses } from './swarm-processes.ts'
import type { SwarmTotals } from './swarm-totals.ts'

interface Options {
  readonly agents: number
  readonly url: string
  readonly delayMs: number
  readonly failRate: number
  readonly processes: number
  readonly seed: number
  readonly seconds?: number
}

const meaning =
  'Simulated agents over the real protocol: each enrols with the one token and proves a key of its own. Each answers any app and function at once; none has a journal on disk.'
const notes = 'A progress line goes to standard error; one JSON line of totals to standard output at the end.'
const command = commandLine('npm run swarm --', meaning, notes)
  .requiredOption(
    '--url <url>',
    'gateway with its join token, as standalone.json tells it: ws://…?token=…; or brokers: kafka://host:port/topic-prefix?token=…&partitions=16',
  )
  .option('--agents <count>', 'how many', whole(1, 1_000_000), 1000)
  .option('--delay-ms <ms>', 'between start and end of each task', whole(0, 2_147_483_647), 0)
  .addOption(new Option('--fail-rate <share>', 'share of the tasks that fail, 0 to 1').default(0).argParser(share))
  .option('--processes <count>', 'processes to spread them over', whole(1, 64), 1)
  .option('--seed <number>', 'the same seed gives the same agents again; ips are 10.seed.x.y', whole(0, 2_147_483_647), 0)
  .option('--seconds <count>', 'stop after so long; default: at Ctrl-C', whole(1, 2_000_000))
  .action(run)

let last = { tasks: 0, at: performance.now() }

await command.parseAsync()

async function run({ agents, url, delayMs, failRate, processes, seed, seconds }: Options): Promise<void> {
  const parts = swarmProcesses({ url, agents, delayMs, failRate, seed }, Math.min(processes, agents))
  const progress = setInterval(() => showProgress(parts.totals()), 1000)
  const timer = seconds === undefined ? undefined : setTimeout(() => process.emit('SIGINT'), seconds * 1000)
  try {
    await Promise.race([parts.failed, new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve))])
  } catch (error) {
    process.stderr.write(`\nswarm: ${asElvesError(error).message}\n`)
    process.exitCode = 1
  }
  clearInterval(progress)
  clearTimeout(timer)
  const totals = await parts.stop()
  if (process.stderr.isTTY) process.stderr.write('\n')
  process.stdout.write(`${JSON.stringify(totals)}\n`)
}

function showProgress(totals: SwarmTotals): void {
  const now = performance.now()
  const rate = Math.round(((totals.tasks - last.tasks) * 1000) / (now - last.at))
  last = { tasks: totals.tasks, at: now }
  const { connected, agents, tasks, succeeded, failed, reconnects } = totals
  const line = `${connected}/${agents} connected, ${tasks} tasks (${rate}/s), ${succeeded} succeeded, ${failed} failed, ${reconnects} reconnects`
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`)
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max) throw new InvalidArgumentError(`a whole number from ${min} to ${max}, please.`)
    return value
  }
}

function share(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('a number from 0 to 1, please.')
  return value
}
