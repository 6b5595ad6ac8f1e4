import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, createReadStream, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

/** Real processes whose log is not read, or can not be written. */

let folder: string
const children: ChildProcess[] = []
const opened: number[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elves-log-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  for (const descriptor of opened.splice(0)) closeSync(descriptor)
  rmSync(folder, { recursive: true, force: true })
})

function open(path: string, flags: number): number {
  const descriptor = openSync(path, flags)
  opened.push(descriptor)
  return descriptor
}

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 15_000, interval: 10 })

/** More than a pipe and the buffer can hold. */
const manyLines = 20_000

function chatty(standardError: number | 'pipe', lines: number, end: 'return' | 'exit' | 'throw') {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'chatty-process.fixture.ts'), String(lines), end], {
    stdio: ['pipe', 'pipe', standardError],
  })
  children.push(child)
  let said = ''
  child.stdout?.on('data', (chunk) => {
    said += chunk
  })
  const exit = once(child, 'exit')
  return { child, said: () => said, exit, finish: () => child.stdin?.end() }
}

interface Line {
  readonly msg: string
  readonly line?: number
  readonly dropped?: number
}

function parsed(log: string): Line[] {
  return log
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
}

function fifo(): string {
  const path = join(folder, 'log')
  execFileSync('mkfifo', [path])
  return path
}

describe.each(['a pipe', 'a socket'])('standard error is %s that nobody reads', (kind) => {
  const isPipe = kind === 'a pipe'

  test('the process goes on, and tells how many lines were dropped when somebody reads', async () => {
    const path = isPipe ? fifo() : ''
    const { child, said, exit, finish } = chatty(isPipe ? open(path, constants.O_RDWR) : 'pipe', manyLines, 'return')
    await until(() => said() === 'logged ')
    let log = ''
    const stream = isPipe ? createReadStream(path) : child.stderr
    stream?.on('data', (chunk: Buffer) => {
      log += chunk
    })
    await until(() => log.includes('"dropped":'))
    finish()
    expect(await exit).toEqual([0, null])
    await until(() => log.includes('the last line'))
    if (isPipe) stream?.destroy()
    const lines = parsed(log)
    const dropped = lines.reduce((sum, line) => sum + (line.dropped ?? 0), 0)
    const numbers = lines.flatMap(({ line }) => line ?? [])
    expect(dropped).toBeGreaterThan(0)
    expect(said()).toBe(`logged dropped=${dropped}`)
    // Lines come in order and never twice; each line is either there or counted as dropped.
    expect(numbers).toEqual(Array.from({ length: manyLines - dropped }, (_, index) => index))
  })

  test('the process can end', async () => {
    const { said, exit, finish } = chatty(isPipe ? open(fifo(), constants.O_RDWR) : 'pipe', manyLines, 'exit')
    await until(() => said() === 'logged ')
    finish()
    expect(await exit).toEqual([3, null])
  })
})

test.each(['return', 'exit', 'throw'] as const)('the last line is out where the process ends by %s', async (end) => {
  const path = join(folder, 'log')
  const { exit, finish } = chatty(open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND), 10, end)
  finish()
  await exit
  expect(readFileSync(path, 'utf8')).toContain('the last line')
})

test('what is held comes out at the end where somebody reads', async () => {
  const { child, exit, finish } = chatty('pipe', 2_000, 'exit')
  const log = text(child.stderr as NodeJS.ReadableStream)
  finish()
  expect(await exit).toEqual([3, null])
  expect(parsed(await log)).toHaveLength(2_001)
})

test('on a full disk lines are lost and counted, and the process goes on', async () => {
  const { said, exit, finish } = chatty(open('/dev/full', constants.O_WRONLY), 10, 'exit')
  await until(() => said() === 'logged ')
  finish()
  expect(await exit).toEqual([3, null])
  expect(said()).toBe('logged dropped=11')
})
