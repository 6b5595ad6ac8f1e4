import { describe, expect, test } from 'vitest'
import type { WorkerMode } from './app-manifest.ts'
import { endOfWorker } from './worker-exit.ts'
import { workerOutput } from './worker-output.ts'

function endOf(standardOutput: string, exit: { code?: number; signal?: NodeJS.Signals } = {}, standardError = '', mode: WorkerMode = 'classic') {
  const output = workerOutput(1000, 'utf-8', mode)
  output.writeStandardOutput(Buffer.from(standardOutput))
  output.writeStandardError(Buffer.from(standardError))
  return endOfWorker({ code: exit.signal ? null : (exit.code ?? 0), signal: exit.signal ?? null, costMs: 7 }, output.finish(), 'mark:', mode)
}

function ended(...[standardOutput, exit, standardError]: Parameters<typeof endOf>) {
  const end = endOf(standardOutput, exit, standardError)
  return { outcome: end.outcome, code: end.failure?.code, flag: end.output?.workerFlag, text: end.output?.message.inline }
}

function message(standardOutput: string, exit: { code?: number } = {}, standardError = ''): string | undefined {
  return endOf(standardOutput, exit, standardError).failure?.message
}
const answer = (flag: string, result = 'text') => `<ElvesWFlag>${flag}</ElvesWFlag> <ElvesWResult>${result}</ElvesWResult>`

describe('the end of a worker', () => {
  test('is a success when its flag is true', () => {
    expect(ended(answer('true'))).toEqual({ outcome: 'SUCCEEDED', code: undefined, flag: 1, text: 'text' })
  })

  test('is a no when its flag is anything else', () => {
    for (const flag of ['false', 'True', ' true', '1', '', 't'.repeat(500)]) {
      expect(ended(answer(flag))).toEqual({ outcome: 'FAILED', code: 'WORKER_SAID_NO', flag: 0, text: 'text' })
    }
  })

  test('takes the flag from its first opening tag to the next closing one', () => {
    const result = 'a </ElvesWResult> b <ElvesWFlag>false</ElvesWFlag>'
    expect(ended(answer('true', result))).toEqual({ outcome: 'SUCCEEDED', code: undefined, flag: 1, text: result })
    expect(ended(answer('false', 'a <ElvesWFlag>true</ElvesWFlag>')).outcome).toBe('FAILED')
  })

  test.each([
    ['false', 'the worker said false'],
    ['True', 'the worker printed the flag "True", which is not true'],
    ['true\r\n', 'the worker printed the flag "true\\r\\n", which is not true'],
  ])('names a flag that is no yes as it was printed: %j', (flag, what) => {
    expect(message(answer(flag))).toBe(`${what}\nstandard output: ${answer(flag)}`)
  })

  test('shows the beginning and the end of both streams, whatever failed', () => {
    const both = 'standard output: step 1\nstandard error: FATAL: config not found'
    expect(message('step 1\n', {}, 'FATAL: config not found\n')).toBe(`the worker printed no <ElvesWFlag>\n${both}`)
    expect(message('step 1', { code: 2 }, 'FATAL: config not found')).toBe(`the worker ended with exit status 2\n${both}`)
    expect(message('<ElvesWFlag>true</ElvesWFlag>', {}, 'oh')).toMatch(/printed no <ElvesWResult>\nstandard output: .*\nstandard error: oh$/)
    expect(message('')).toBe('the worker printed no <ElvesWFlag>; it printed nothing')
  })

  test('names exit status and standard error when the status is not 0, whatever was answered', () => {
    const text = 'app exec error : exit status 3, standard error: oh'
    expect(ended(answer('true'), { code: 3 }, 'oh\n')).toEqual({ outcome: 'FAILED', code: 'WORKER_EXIT', flag: -1, text })
  })

  test('names the signal that ended it', () => {
    expect(ended('', { signal: 'SIGSEGV' }).text).toBe('app exec error : signal SIGSEGV')
  })

  test('shows the output where there is no flag', () => {
    expect(ended('hello')).toEqual({ outcome: 'FAILED', code: 'WORKER_NO_FLAG', flag: -1, text: 'app output flag error : hello' })
  })

  test('shows the output where there is no result', () => {
    const text = 'app output result error : <ElvesWFlag>true</ElvesWFlag>'
    expect(ended('<ElvesWFlag>true</ElvesWFlag>')).toEqual({ outcome: 'FAILED', code: 'WORKER_NO_RESULT', flag: -1, text })
  })

  test('in plain mode is a success when the exit code is 0, and the result is what it printed', () => {
    expect(endOf('line 1\n<ElvesWFlag>false</ElvesWFlag>\n', {}, 'hm', 'plain')).toMatchObject({
      outcome: 'SUCCEEDED',
      output: { workerFlag: 1, message: { inline: 'line 1\n<ElvesWFlag>false</ElvesWFlag>\n' }, truncated: false },
    })
    expect(endOf('', {}, '', 'plain')).toMatchObject({ outcome: 'SUCCEEDED', output: { message: { inline: '' } } })
    expect(endOf('x'.repeat(2000), {}, '', 'plain').output).toMatchObject({
      truncated: true,
      byteCount: 2000,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    const end = endOf('part', { code: 2 }, 'no disk', 'plain')
    expect(end).toMatchObject({ outcome: 'FAILED', failure: { code: 'WORKER_EXIT', message: expect.stringContaining('standard output: part') } })
  })

  test('tells how the process ended and what it wrote to standard error, whatever the outcome', () => {
    expect(endOf(answer('true'), {}, 'a warning\n').output?.exit).toEqual({
      code: 0,
      signal: null,
      standardError: 'a warning',
      standardErrorBytes: 10,
    })
    expect(endOf('', { code: 3 }).output?.exit).toEqual({ code: 3, signal: null, standardError: '', standardErrorBytes: 0 })
    expect(endOf('', { signal: 'SIGSEGV' }).output?.exit).toMatchObject({ code: null, signal: 'SIGSEGV' })
    const { standardError, standardErrorBytes } = endOf('', { code: 1 }, `first\n${'x'.repeat(9000)}\nlast`).output?.exit ?? {}
    expect(standardError).toMatch(/^first\n[\s\S]* bytes left out [\s\S]*\nlast$/)
    expect(standardErrorBytes).toBe(9011)
    expect(endOf('', { code: 127 }, 'mark: not found').output?.exit).toBeNull()
  })

  test('is a rejection when the wrapping failed before the worker ran', () => {
    const text = 'app exec error : 1: exec: /x: not found'
    expect(ended('', { code: 127 }, 'mark: 1: exec: /x: not found\n')).toEqual({ outcome: 'REJECTED', code: 'WORKER_SPAWN', flag: -1, text })
    expect(ended('', { code: 127 }, 'sh: other: not found').outcome).toBe('FAILED')
  })
})
