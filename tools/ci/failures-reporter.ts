import { appendFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node'

const linesShown = 30
const framesShown = 3

interface Thrown {
  readonly message?: string
  /** What an assertion wanted and got, by line. */
  readonly diff?: string
  readonly stack?: string
}

/**
 * Vitest's reporter that appends what failed to the file that `CI_FAILURES` names, so that `.ci/run` can tell it once more at its
 * end: each test, hook or file with its errors, and the errors outside of tests, which no JSON report has.
 */
// biome-ignore lint/style/noDefaultExport: vitest takes a reporter by its module's default export
export default class FailuresReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly Thrown[]): void {
    const file = process.env['CI_FAILURES']
    if (file === undefined) return
    const failures = [...modules.flatMap(failuresOf), ...unhandled.map((error) => failure('outside of a test', [error]))]
    if (failures.length > 0) appendFileSync(file, `${failures.join('\n')}\n`)
  }
}

function failuresOf(module: TestModule): string[] {
  const path = relative(process.cwd(), module.moduleId)
  const named = (name: string) => `${module.project.name}: ${path}${name === '' ? '' : ` > ${name}`}`
  const suites = [...module.children.allSuites()].map((suite: TestSuite) => [suite.fullName, suite.errors()] as const)
  const tests = [...module.children.allTests('failed')].map((test: TestCase) => [test.fullName, test.result().errors ?? []] as const)
  const own = [['', module.errors()] as const]
  return [...own, ...suites, ...tests].filter(([, errors]) => errors.length > 0).map(([name, errors]) => failure(named(name), errors))
}

function failure(name: string, errors: readonly Thrown[]): string {
  const lines = errors.flatMap(({ message = '', diff = '', stack = '' }) => [...linesOf(message), ...linesOf(diff), ...framesOf(stack)])
  return [`FAILED ${name}`, ...lines.map((line) => `  ${line}`)].join('\n')
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : stripVTControlCharacters(text).split('\n').slice(0, linesShown)
}

/** The first places of ours: enough to find the line. */
function framesOf(stack: string): readonly string[] {
  const frames = stack.split('\n').filter((line) => /^\s+at .*\.ts:/.test(line) && !line.includes('node_modules'))
  return frames.slice(0, framesShown).map((line) => line.trim())
}
