import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { RawEvent } from '@elves/core/eventing/postgres/event-copy.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { backedUpEvents, checkBackup, writeBackup } from './backup-file.ts'
import type { BackupHeader } from './backup-lines.ts'

let folder: string
let file: string
const { signal } = new AbortController()
const agents = { agent: '0123456789abcdef0123456789abcdef' }
const header: BackupHeader = { elvesBackup: 1, release: '0', madeAt: '2026-01-01T00:00:00Z', logId: 'abcdef01', events: 3, secrets: null, agents }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-backup-'))
  file = join(folder, 'log.backup')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

function event(position: number, bytes = 10): RawEvent {
  const common = { stream: 'task-1', version: position - 1, type: 'TaskRequested', recordedMs: 1_700_000_000_123 }
  return { position, id: `id-${position}`, ...common, context: Buffer.from('\u2028\n"é'), data: Buffer.alloc(bytes, position) }
}

async function* pages(...events: RawEvent[]): AsyncGenerator<readonly RawEvent[]> {
  for (const one of events) yield [one]
}

const check = () => checkBackup(file, () => undefined, signal)

async function readBack(): Promise<RawEvent[]> {
  const events: RawEvent[] = []
  for await (const page of backedUpEvents(file, signal)) events.push(...page)
  return events
}

test('what was written is read back, and only its owner may read the file', async () => {
  const events = [event(1), event(2, 300_000), event(3)]
  const sha256 = await writeBackup(file, header, pages(...events), signal)
  expect(await check()).toMatchObject({ header, sha256 })
  expect(await readBack()).toEqual(events)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('a folder in place of the file is told as such, by its path', async () => {
  await expect(checkBackup(folder, () => undefined, signal)).rejects.toMatchObject({ code: 'FILE_UNUSABLE', facts: { path: folder } })
})

test('a file that was cut off anywhere is refused', async () => {
  await writeBackup(file, header, pages(event(1), event(2), event(3)), signal)
  const whole = await readFile(file)
  for (let length = 0; length < whole.length; length += 7) {
    await writeFile(file, whole.subarray(0, length))
    await expect(check(), `${length} of ${whole.length} bytes`).rejects.toMatchObject({ code: 'BACKUP_INVALID' })
  }
})

test.each<[string, (lines: string[]) => string[]]>([
  ['an event less', ([first = '', , ...others]) => [first, ...others]],
  ['another order', ([first = '', second = '', third = '', ...others]) => [first, third, second, ...others]],
  ['an altered event', (lines) => lines.map((line) => line.replace('"id-2"', '"id-9"'))],
  ['an altered header', (lines) => lines.map((line) => line.replace('abcdef01', 'abcdef02'))],
  ['no end', (lines) => lines.slice(0, -2)],
  ['something after the end', (lines) => [...lines.slice(0, -1), '{}', '']],
  ['a newer format', (lines) => lines.map((line) => line.replace('"elvesBackup":1', '"elvesBackup":2'))],
  ['an agent outside of the data folder', (lines) => lines.map((line) => line.replace('{"agent":', '{"../agent":'))],
  ['no JSON', () => ['hello', '']],
])('%s is refused', async (_, altered) => {
  await writeBackup(file, header, pages(event(1), event(2), event(3)), signal)
  const lines = gunzipSync(await readFile(file))
    .toString()
    .split('\n')
  await writeFile(file, gzipSync(altered(lines).join('\n')))
  await expect(check()).rejects.toMatchObject({ code: 'BACKUP_INVALID' })
})

test('a file that is no backup is refused', async () => {
  await writeFile(file, 'no gzip at all')
  await expect(check()).rejects.toMatchObject({ code: 'BACKUP_INVALID' })
})

test('a backup that fails on the way leaves no file', async () => {
  async function* failing(): AsyncGenerator<readonly RawEvent[]> {
    yield [event(1)]
    throw new Error('the database is gone')
  }
  await expect(writeBackup(file, header, failing(), signal)).rejects.toThrow('gone')
  expect(await readdir(folder)).toEqual([])
})
