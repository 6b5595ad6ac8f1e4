import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { inlineValue } from '@elves/schemas/codec/value.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import { noSecrets } from '@elves/schemas/link/secret-statement.ts'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileJournal } from './file-journal.ts'
import type { AttemptEnd, Journal } from './journal.ts'
import { journalDisk } from './journal-disk.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-journal-'))
  path = join(folder, 'journal')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const options = () => ({ path, taskMarginMs: 1000, logger: silentLogger, retryMs: 5 })
const open = (more: object = {}): Promise<Journal> => fileJournal({ ...options(), ...more })

function task(taskId: string, text = '{"a":1}'): RunTask {
  const fixed = { attempt: 1, journalId: 'j', kind: 'INSTANT', app: 'a', func: 'f', proxy: null, processor: false, retriedOn: [] } as const
  return { ...noSecrets, ...fixed, taskId, param: inlineValue(text), timeoutMs: 1, notAfter: 5000, correlationId: 'c', metadata: {} }
}

function end(taskId: string, outcome: AttemptEnd['outcome'] = 'SUCCEEDED'): AttemptEnd {
  return { taskId, attempt: 1, happenedAt: 3, outcome, failure: null, output: null, killed: null, processing: false }
}

test('keeps its id and its open attempts over a restart, and drops what has a receipt', async () => {
  const journal = await open()
  await Promise.all([journal.accept(task('A'), 1), journal.accept(task('B'), 1), journal.accept(task('C'), 1)])
  await journal.start('B', 1, 2)
  await journal.start('C', 1, 2)
  await Promise.all([journal.end(end('B'), 5000), journal.end(end('C'), 5000)])
  journal.receipt('C', 1)
  await journal.close()
  const again = await open()
  expect(again.journalId).toBe(journal.journalId)
  expect(again.open()).toEqual([
    { taskId: 'A', attempt: 1, notAfter: 5000, task: task('A'), cron: null, acceptedAt: 1, startingAt: null, end: null },
    { taskId: 'B', attempt: 1, notAfter: 5000, task: null, cron: null, acceptedAt: 1, startingAt: 2, end: end('B') },
  ])
  expect([again.isSettled('C', 1), again.isSettled('B', 1)]).toEqual([true, false])
  again.forget(6001)
  expect(again.isSettled('C', 1)).toBe(false)
  await again.close()
})

const whats = [
  'accept',
  'fire',
  'start',
  'end',
  'end in mode P',
  'called',
  'processed',
  'receipt',
  'processing receipt',
  'drop',
  'drops told',
] as const
type Step = { what: (typeof whats)[number]; index: number; text: string }
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ what: fc.constantFrom(...whats), index: fc.nat(5), text: fc.string({ maxLength: 40, unit: 'binary' }) }),
  { maxLength: 25 },
)

const delivered = { state: 'DELIVERED', at: 4, calls: 2, error: null, answer: 'taken' } as const
/** When a cron of the index fires, within a stretch of its own. */
const fireAt = (index: number) => index * 100 + 10

function fire(journal: Journal, id: string, index: number, text: string): Promise<void> {
  return journal.fire(task(id, text), { id: 'one', fireAt: fireAt(index) }, fireAt(index) - 5, 1)
}

async function take(journal: Journal, { what, index, text }: Step): Promise<void> {
  const id = `T${index}`
  const known = journal.find(id, 1)
  const isNew = !known && !journal.isSettled(id, 1)
  const result = journal.findProcessing(id, 1)?.result
  if (what === 'accept' && isNew) await journal.accept(task(id, text), 1)
  if (what === 'fire' && isNew) await fire(journal, id, index, text)
  if (what === 'start' && known && !known.end) await journal.start(id, 1, 2)
  if (what === 'end' && !known?.end && !journal.isSettled(id, 1)) await journal.end(end(id), 5000)
  if (what === 'end in mode P' && known && !known.end) await journal.end(end(id), 5000, { task: task(id, text) })
  if (what === 'called' && result) journal.called(id, 1, 1)
  if (what === 'processed' && result) await journal.processed(id, 1, delivered)
  if (what === 'receipt') journal.receipt(id, 1)
  if (what === 'processing receipt') journal.processingReceipt(id, 1)
  if (what === 'drop' && known?.cron && known.end) await journal.drop(id, 1, journal.lastDropsTold + 1)
  if (what === 'drops told' && journal.drops().length > 0) journal.dropsTold(journal.lastDropsTold + 1)
}

test('a crash at any byte loses nothing that it had called durable', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), async (plan, cut, isGarbled) => {
      await rm(path, { force: true })
      const journal = await open({ rewriteBytes: 800 })
      for (const step of plan) await take(journal, step)
      // A receipt is written some time later, and losing one is harmless. So the test compares with the file as it was read.
      let durable = await readFile(path)
      let expected = await contents()
      for (let now = await readFile(path); !now.equals(durable); now = await readFile(path)) {
        durable = now
        expected = await contents()
      }
      // The next records are cut or garbled at some byte.
      const ended = journal.end(end('Y'), 5000, { task: task('Y') })
      const next = [
        fire(journal, 'X', 9, 'x'),
        journal.end(end('X'), 5000),
        journal.drop('X', 1, journal.lastDropsTold + 1),
        fire(journal, 'Z', 9, 'z'),
      ]
      await Promise.all([journal.accept(task('W'), 1), ended, journal.processed('Y', 1, delivered), ...next])
      await journal.close()
      const whole = await readFile(path)
      const isRewritten = !whole.subarray(0, durable.length).equals(durable)
      if (isRewritten) return
      const at = durable.length + Math.floor(cut * (whole.length - durable.length - 1))
      if (isGarbled) whole[at] = (whole[at] ?? 0) ^ 0xff
      await writeFile(path, isGarbled ? whole : whole.subarray(0, at))
      expect(await contents()).toEqual(expected)
      // The journal can be written again after the cut.
      const after = await open()
      await Promise.all([after.accept(task('V'), 1), fire(after, 'Z', 9, 'z')])
      await after.close()
      const last = await open()
      expect([last.find('V', 1), last.find('Z', 1)?.cron, last.hasLived(fireAt(9))]).toEqual([
        expect.anything(),
        { id: 'one', fireAt: fireAt(9) },
        true,
      ])
      await last.close()
    }),
    { numRuns: 60 },
  )

  async function contents() {
    const copy = await open()
    const lived = Array.from({ length: 10 }, (_, index) => copy.hasLived(fireAt(index)))
    const found = { open: copy.open(), processing: copy.processing(), drops: copy.drops(), dropsTold: copy.lastDropsTold, lived }
    await copy.close()
    return found
  }
})

test('refuses a file that is broken in its middle, with DATA_FOLDER_DAMAGED', async () => {
  const journal = await open()
  await journal.accept(task('A'), 1)
  await journal.accept(task('B'), 1)
  await journal.close()
  const file = await readFile(path)
  file[120] = (file[120] ?? 0) ^ 0xff
  await writeFile(path, file)
  await expect(open()).rejects.toMatchObject({ code: 'DATA_FOLDER_DAMAGED' })
  await writeFile(path, 'not a journal')
  await expect(open()).rejects.toMatchObject({ code: 'DATA_FOLDER_DAMAGED' })
  await truncate(path, 0)
  await expect(open()).rejects.toMatchObject({ code: 'DATA_FOLDER_DAMAGED' })
})

test('syncs once for all that gathered', async () => {
  let syncs = 0
  const sync = (fd: number) => {
    syncs += 1
    return journalDisk.sync(fd)
  }
  const disk = { ...journalDisk, sync }
  const journal = await open({ disk })
  await Promise.all(Array.from({ length: 200 }, (_, index) => journal.accept(task(`T${index}`), 1)))
  expect(syncs).toBe(1)
  await journal.close()
})

test('a full disk refuses what is new, keeps what it owes, and works again when there is room', async () => {
  let isFull = false
  const full = () => Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }))
  const disk = {
    ...journalDisk,
    // Writes only a part, like a real full disk.
    write: async (fd: number, bytes: Buffer, offset: number) => {
      await journalDisk.write(fd, isFull ? bytes.subarray(0, 30) : bytes, offset)
      if (isFull) await full()
    },
  }
  const journal = await open({ disk })
  await journal.accept(task('A'), 1)
  await journal.start('A', 1, 2)
  isFull = true
  const ended = journal.end(end('A'), 5000)
  await expect(journal.accept(task('B'), 1)).rejects.toMatchObject({ code: 'JOURNAL_FAILED' })
  expect(journal.find('B', 1)).toBeUndefined()
  isFull = false
  await ended
  await journal.accept(task('C'), 1)
  await journal.close()
  const again = await open()
  expect(again.open().map(({ taskId, end }) => [taskId, end?.outcome])).toEqual([
    ['A', 'SUCCEEDED'],
    ['C', undefined],
  ])
  await again.close()
})

test('stays small: what is over is rewritten away, what is open and what must be refused stays', async () => {
  const journal = await open({ rewriteBytes: 20_000 })
  await journal.accept(task('open'), 1)
  for (let round = 0; round < 50; round++) {
    const ids = Array.from({ length: 20 }, (_, index) => `T${round}-${index}`)
    await Promise.all(ids.map((id) => journal.accept(task(id), 1)))
    await Promise.all(ids.map((id) => journal.end(end(id), round * 10)))
    for (const id of ids) journal.receipt(id, 1)
    journal.forget(round * 10 + 900)
  }
  await journal.close()
  expect((await readFile(path)).length).toBeLessThan(120_000)
  const again = await open()
  expect(again.open().map(({ taskId }) => taskId)).toEqual(['open'])
  expect(again.isSettled('T49-0', 1)).toBe(true)
  await again.close()
})
