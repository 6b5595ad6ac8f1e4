import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { copyTree } from '@elves/tests/support/tree-copy.ts'
import type { Removal } from './registry-lines.ts'

/** A copy of the tree, in which entries are removed and put back. */
export interface Workbench {
  /** Throws if a test of these removals fails although nothing is missing. */
  expectSound(removals: readonly Removal[]): Promise<void>
  /** Returns who notices that the entry is missing; null if nobody does. */
  noticedBy(removal: Removal): Promise<string | null>
}

interface Ran {
  readonly isGood: boolean
  readonly output: string
}

/** Makes a copy in this folder. Its tests make their databases on this server. */
export async function workbench(folder: string, databaseServerUrl: string): Promise<Workbench> {
  await mkdir(folder)
  await copyTree(folder)

  function run(program: string, ...args: readonly string[]): Promise<Ran> {
    const env = { ...process.env, NO_COLOR: '1', ELVES_TEST_DATABASE_URL: databaseServerUrl }
    return new Promise((resolve) => {
      execFile(join(folder, 'node_modules', '.bin', program), args, { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
        resolve({ isGood: error === null, output: `${stdout}\n${stderr}` }),
      )
    })
  }

  /** Those without a server come first: they are quicker, and notice most. */
  async function runTests(tests: readonly string[]): Promise<Ran> {
    for (const kind of ['unit', 'int']) {
      const ofKind = tests.filter((test) => test.endsWith(`.${kind}.test.ts`))
      const ran = ofKind.length === 0 ? null : await run('vitest', 'run', '--bail', '1', '--project', kind, ...ofKind)
      if (ran?.isGood === false) return ran
    }
    return { isGood: true, output: '' }
  }

  async function missedBy(tests: readonly string[]): Promise<string | null> {
    const tested = await runTests(tests)
    if (!tested.isGood) {
      const test = /^ *FAIL +(.*)$/m.exec(tested.output)?.[1] ?? 'a test'
      const error = /^ *(?:\w*Error: .*)$/m.exec(tested.output)?.[0].trim() ?? tested.output.slice(-200)
      return `${test}: ${error.slice(0, 160)}`
    }
    const compiled = await run('tsc', '--noEmit', '-p', 'tsconfig.json')
    return compiled.isGood ? null : (/^.*error TS.*$/m.exec(compiled.output)?.[0].slice(0, 140) ?? 'the compiler')
  }

  return {
    async expectSound(removals) {
      const { isGood, output } = await runTests([...new Set(removals.flatMap(({ tests }) => tests))])
      if (!isGood) throw new Error(`tests fail although nothing is missing:\n${output.slice(-2_000)}`)
    },
    async noticedBy({ file, left, tests }) {
      const path = join(folder, file)
      const before = await readFile(path, 'utf8')
      await writeFile(path, left)
      try {
        return await missedBy(tests)
      } finally {
        await writeFile(path, before)
      }
    },
  }
}
