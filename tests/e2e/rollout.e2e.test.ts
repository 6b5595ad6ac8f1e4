import { expect, test } from 'vitest'
import { rolloutRun } from '../chaos/rollout-run.ts'
import { testedShape } from '../support/platform.ts'

/** The short form of `npm run test:rollout`. It has a center of its own, which it kills. */
test.runIf(testedShape === 'standalone')(
  'a rollout with too many failures stops and is taken back, also where the center is killed amid it, and changes only what it reached',
  async () => {
    const said: string[] = []
    const { problems, reached } = await rolloutRun({ agents: 100, kills: 1, say: (text) => said.push(text) })
    expect(problems, said.join('\n')).toEqual([])
    expect(reached).toBe(50)
  },
)
