import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { canBuildPromtool, promtool } from '@elves/tests/support/promtool.ts'
import { expect, test } from 'vitest'

/** The first build of promtool takes minutes. */
const buildMs = 1_200_000
const canBuild = await canBuildPromtool()

test.skipIf(canBuild)('the alert rules are not run: no Go to build promtool with', (context) => context.skip('go version failed'))

test.runIf(canBuild)(
  'promtool finds nothing wrong with the rules, and each fires for what it is for, and for nothing else',
  async () => {
    const tool = await promtool()
    const run = async (...args: readonly string[]) => (await promisify(execFile)(tool, args, { cwd: import.meta.dirname })).stdout
    expect(await run('check', 'rules', 'elves.rules.yml')).toContain('SUCCESS')
    expect(await run('test', 'rules', 'elves.rules.test.yml')).toContain('SUCCESS')
  },
  buildMs,
)
