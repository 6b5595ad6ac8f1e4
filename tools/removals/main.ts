import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { type Removal, removals } from './registry-lines.ts'

const meaning = `Removes each line of each registry, one at a time, and tells who notices: the compiler or a test.

It changes the files of this checkout and puts them back. Exits with 1 if nobody notices a removal.`

const root = resolve(import.meta.dirname, '..', '..')

interface Ran {
  readonly isGood: boolean
  readonly output: string
}

function run(program: string, ...args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
  return { isGood: status === 0, output: `${stdout}\n${stderr}` }
}

function runTests(tests: readonly string[]): Ran {
  return run('node_modules/.bin/vitest', 'run', '--bail', '1', '--project', 'unit', '--project', 'int', ...tests)
}

/** Returns who notices that the entry is missing; null if nobody does. */
function noticedBy({ tests }: Removal): string | null {
  const compiled = run('node_modules/.bin/tsc', '--noEmit', '-p', 'tsconfig.json')
  if (!compiled.isGood) return /^.*error TS.*$/m.exec(compiled.output)?.[0].slice(0, 140) ?? 'the compiler'
  const tested = runTests(tests)
  if (tested.isGood) return null
  const test = /^ *FAIL +(.*)$/m.exec(tested.output)?.[1] ?? 'a test'
  const error = /^ *(?:\w*Error: .*)$/m.exec(tested.output)?.[0].trim() ?? tested.output.slice(-200)
  return `${test}: ${error.slice(0, 160)}`
}

function tried(removal: Removal): boolean {
  const { file, entry, left } = removal
  const path = resolve(root, file)
  const before = readFileSync(path, 'utf8')
  writeFileSync(path, left)
  try {
    const noticed = noticedBy(removal)
    process.stdout.write(`${file}: ${entry}\n    ${noticed ?? 'NOBODY NOTICES'}\n`)
    return noticed !== null
  } finally {
    writeFileSync(path, before)
  }
}

const [wanted = ''] = commandLine('node tools/removals/main.ts', meaning).argument('[text]', 'only entries, or files, with this text').parse().args
const all = removals(root).filter(({ file, entry }) => file.includes(wanted) || entry.includes(wanted))
// A test that fails anyway, on a busy machine for example, would notice everything.
const control = runTests([...new Set(all.flatMap(({ tests }) => tests))])
if (!control.isGood) throw new Error(`tests fail although nothing is missing:\n${control.output.slice(-2_000)}`)
const unnoticed = all.filter((removal) => !tried(removal))
process.stdout.write(`${all.length} tried, ${unnoticed.length} unnoticed\n`)
process.exitCode = unnoticed.length === 0 ? 0 : 1
