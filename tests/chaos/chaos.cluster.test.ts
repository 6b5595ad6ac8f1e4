import { expect, test } from 'vitest'
import { chaos } from './chaos.ts'
import type { DisturbanceKind } from './disturbances.ts'

/** The short form of `npm run test:chaos`. A failure's message has the seed, which repeats the choices. */

const tasks = 300
const tasksPerSecond = 10

test.each<[string, DisturbanceKind]>([
  ['killed with -9', 'KILL'],
  ['stopped for longer than any lease', 'STOP'],
])(
  'every process %s at random under load: no task is lost or run twice, no rollout goes beyond its stages, every read model and every agent is what the log says, nobody is stuck',
  async (_how, kind) => {
    const seed = Math.floor(Math.random() * 2 ** 32)
    const said: string[] = []
    const outcome = await chaos({ seed, tasks, tasksPerSecond, kinds: [kind], say: (text) => said.push(text) })
    expect(
      outcome.problems,
      `repeat it: npm run test:chaos -- --kinds ${kind.toLowerCase()} --tasks ${tasks} --seed ${seed}\n${said.join('\n')}`,
    ).toEqual([])
    expect(outcome.rollouts['RolloutDone']).toBeGreaterThan(0)
    expect(Object.values(outcome.disturbed).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0)
  },
  900_000,
)
