import { commandLine } from '@elves/core/foundation/command-line.ts'
import { InvalidArgumentError, Option } from 'commander'
import { chaos } from './chaos.ts'
import type { DisturbanceKind } from './disturbances.ts'

interface Given {
  readonly tasks: number
  readonly tasksPerSecond: number
  readonly seed?: number
  readonly kinds: 'kill' | 'stop' | 'both'
  readonly runs: number
}

const kindsOf: Readonly<Record<Given['kinds'], readonly (readonly DisturbanceKind[])[]>> = {
  kill: [['KILL']],
  stop: [['STOP']],
  both: [['KILL'], ['STOP']],
}

const meaning =
  'A whole cluster under load, of tasks and of rollouts, while its processes, its broker and its Postgres are killed or stopped at random. Exit code 1: a promise broke.'

await commandLine('npm run test:chaos --', meaning)
  .option('--tasks <count>', 'tasks of each run', whole(1, 1_000_000), 5_000)
  .option('--tasks-per-second <count>', 'at most so many are requested', whole(1, 100_000), 20)
  .option('--seed <number>', 'repeats the choices of a run; default: a new one', whole(0, 4_294_967_295))
  .option('--runs <count>', 'runs of each kind', whole(1, 1_000), 1)
  .addOption(
    new Option('--kinds <kinds>', 'kill -9, SIGSTOP beyond every lease, or both, each in runs of its own')
      .choices(['kill', 'stop', 'both'])
      .default('both'),
  )
  .action(run)
  .parseAsync()

async function run({ tasks, tasksPerSecond, seed, kinds, runs }: Given): Promise<void> {
  const startedAt = performance.now()
  const say = (text: string): void => void process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${text}\n`)
  for (let nth = 0; nth < runs; nth++) {
    for (const together of kindsOf[kinds]) {
      const chosen = seed ?? Math.floor(Math.random() * 2 ** 32)
      const outcome = await chaos({ seed: chosen, tasks, tasksPerSecond, kinds: together, say })
      process.stdout.write(`${JSON.stringify({ seed: chosen, kinds: together, ...outcome })}\n`)
      if (outcome.problems.length === 0) continue
      process.exitCode = 1
      say(
        `repeat it: npm run test:chaos -- --kinds ${together[0]?.toLowerCase()} --tasks ${tasks} --tasks-per-second ${tasksPerSecond} --seed ${chosen}`,
      )
    }
  }
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max) throw new InvalidArgumentError(`a whole number from ${min} to ${max}, please.`)
    return value
  }
}
