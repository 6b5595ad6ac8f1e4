import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { storedOffset } from './stored-offset.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-offset-'))
  path = join(folder, 'kafka-offset.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = (changes: object = {}) =>
  storedOffset({ path, journalId: 'j', topic: 't', partition: 3, logger: silentLogger, writeIntervalMs: 1, ...changes })

test('is found again by the next process, as far as all before it was noted', async () => {
  const first = await open()
  first.offset.begin(7n)
  first.offset.passed(7n, undefined)
  first.offset.passed(8n, new Promise(() => undefined))
  first.offset.passed(9n, undefined)
  await first.stop()
  expect((await open()).offset.next).toBe(8n)
})

test('is written at once where that is asked for', async () => {
  const { offset, write } = await open({ writeIntervalMs: 60_000 })
  offset.begin(4n)
  await write()
  expect((await open()).offset.next).toBe(4n)
})

test('is written while it moves, not only at the stop', async () => {
  const { offset, stop } = await open()
  offset.begin(1n)
  await waitFor(async () => (await readFile(path, 'utf8')).includes('"1"'))
  offset.passed(1n, undefined)
  await waitFor(async () => (await readFile(path, 'utf8')).includes('"2"'))
  await stop()
})

test.each([{ journalId: 'another' }, { topic: 'another' }, { partition: 4 }])('does not count for %j', async (change) => {
  const first = await open()
  first.offset.begin(7n)
  await first.stop()
  expect((await open(change)).offset.next).toBeNull()
})

test('a torn file counts as nothing known', async () => {
  await writeFile(path, '{"journalId":"j","to')
  expect((await open()).offset.next).toBeNull()
})
