import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as endOfTurn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Logger, loggerOn } from './log.ts'
import { LogOutlet } from './log-outlet.ts'

let folder: string
let descriptor: number
let outlet: LogOutlet
let logger: Logger
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elves-log-'))
  descriptor = openSync(join(folder, 'log'), 'a')
  outlet = new LogOutlet(descriptor)
  logger = loggerOn(outlet, 'test', 'debug')
})
afterEach(() => {
  closeSync(descriptor)
  rmSync(folder, { recursive: true })
})

function written(): string[] {
  const text = readFileSync(join(folder, 'log'), 'utf8')
  return text === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => (line.startsWith('{') ? (JSON.parse(line) as { msg: string }).msg : line))
}

test('gathers the lines of a turn, and writes them at its end', async () => {
  logger.info('one')
  logger.debug('two')
  expect(written()).toEqual([])
  await endOfTurn()
  expect(written()).toEqual(['one', 'two'])
  logger.child({ more: 1 }).info('three')
  await endOfTurn()
  expect(written()).toEqual(['one', 'two', 'three'])
})

test('writes a warning and what was gathered before it at once, in order', async () => {
  logger.info('one')
  logger.warn('two')
  expect(written()).toEqual(['one', 'two'])
  logger.info('three')
  await endOfTurn()
  expect(written()).toEqual(['one', 'two', 'three'])
})

test('writes what others give to the outlet at once', () => {
  logger.info('one')
  outlet.write('a line of another process\n')
  expect(written()).toEqual(['one', 'a line of another process'])
})

test('does not gather more than a little: a long turn drops no line', async () => {
  const filler = 'x'.repeat(10_000)
  for (let line = 0; line < 1_000; line++) logger.info({ filler }, String(line))
  expect(written().length).toBeGreaterThan(950)
  await endOfTurn()
  expect(written()).toEqual(Array.from({ length: 1_000 }, (_, line) => String(line)))
})

test('writes what was gathered when it is flushed', () => {
  logger.info('one')
  outlet.flush()
  expect(written()).toEqual(['one'])
})

test('writes what a terminal, or an editor, would not take as text as JSON can write it', () => {
  const text = 'a\u0007\u001b[2Jb\u007f\u0085\u009b31mc\u2028\u202ed\u2066\r\n{"msg":"FORGED"}'
  logger.warn({ name: text }, text)
  const raw = readFileSync(join(folder, 'log'), 'utf8')
  expect(raw.trimEnd()).toMatch(/^[\u0020-\u007e]+$/)
  const line = JSON.parse(raw) as { msg: string; name: string }
  expect([line.msg, line.name]).toEqual([text, text])
})
