import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { npmRun } from '../support/npm-run.ts'
import { testedShape } from '../support/platform.ts'

/** The demo starts a platform of its own, so it is the same whatever the suite runs against. */
test.runIf(testedShape === 'standalone')('npm run demo shows a task of each kind and stops', async () => {
  const { code, output } = await npmRun('demo', join(tmpdir(), 'elves-not-used'))
  expect(code, output).toBe(0)
  for (const said of [
    'apptest.helloword over REST v2 answered: hello word!',
    'apptest.helloword over GraphQL answered: hello word!',
    'of 4 tasks SUCCEEDED',
    // 02:30 does not exist in the night of the change: the rule fires at the end of the gap.
    '2027-03-28T01:00:00.000Z',
    'FIRED    SUCCEEDED  hello word!',
    'INTERRUPTED',
    'which waited for it and SUCCEEDED',
    'runProcessor(app booked, func note, flag 1, result noted)',
    'Done: nothing is left running',
  ]) {
    expect(output).toContain(said)
  }
})
