import { commandLine } from '@elves/core/foundation/command-line.ts'
import { InvalidArgumentError } from 'commander'
import { rolloutRun } from './rollout-run.ts'

const meaning =
  'An update of simulated agents in stages, which a share of them can not install, while the center is killed. Exit code 1: a promise broke.'

await commandLine('npm run test:rollout --', meaning)
  .option(
    '--agents <count>',
    'how many',
    (text: string) => {
      if (!/^\d{2,5}$/.test(text)) throw new InvalidArgumentError('a whole number from 10 to 99999, please.')
      return Number(text)
    },
    1_000,
  )
  .action(run)
  .parseAsync()

async function run({ agents }: { readonly agents: number }): Promise<void> {
  const startedAt = performance.now()
  const say = (text: string): void => void process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${text}\n`)
  const outcome = await rolloutRun({ agents, kills: 2, say })
  process.stdout.write(`${JSON.stringify({ agents, ...outcome })}\n`)
  if (outcome.problems.length > 0) process.exitCode = 1
}
