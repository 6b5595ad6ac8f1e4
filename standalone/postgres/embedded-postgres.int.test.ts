import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keptRunning } from '../kept-running.ts'
import { removeDataFolder } from './data-folder.ts'
import { type EmbeddedPostgres, embeddedPostgres, postgresProbe } from './embedded-postgres.ts'

let root: string
let servers: EmbeddedPostgres[]

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'elves-embedded-'))
  servers = []
})

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  await removeDataFolder(join(root, 'postgres'))
  await rm(root, { recursive: true, force: true })
})

async function start(port?: number): Promise<EmbeddedPostgres> {
  const server = await embeddedPostgres({ dir: join(root, 'postgres'), logger: silentLogger, ...(port === undefined ? {} : { port }) })
  servers.push(server)
  return server
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

test('keeps what was written over a stop and a start, durably, and keeps its secrets to the owner', async () => {
  await chmod(root, 0o755)
  const first = await start()
  await query(first.url, 'create table kept (n int); insert into kept values (7)')
  expect(await query(first.url, 'select current_setting($$fsync$$) || current_setting($$synchronous_commit$$) as s')).toEqual([{ s: 'onon' }])
  for (const secret of ['password', 'connection.json']) expect((await stat(join(root, 'postgres', secret))).mode & 0o777).toBe(0o600)
  await first.stop()
  const second = await start()
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }])
  expect(second.notes.filter((note) => note.includes('database is in'))).toEqual([])
})

test('comes back on the same port after a kill -9', async () => {
  await chmod(root, 0o755)
  const first = await start()
  await query(first.url, 'create table kept (n int); insert into kept values (7)')
  process.kill(first.pid, 'SIGKILL')
  expect(await first.ended).toContain('SIGKILL')
  const second = await start(first.port)
  expect(second.url).toBe(first.url)
  expect(await query(first.url, 'select n from kept')).toEqual([{ n: 7 }])
})

test('stops a server that lives on from before, so that there are never two on one folder', async () => {
  await chmod(root, 0o755)
  const first = await start()
  const second = await start()
  expect(await first.ended).toContain('exit code 0')
  expect(await query(second.url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('starts although the lock file names a process that is something else', async () => {
  await chmod(root, 0o755)
  const first = await start()
  await first.stop()
  await writeFile(join(root, 'postgres', 'data', 'postmaster.pid'), `${process.pid}\n`)
  expect(await query((await start()).url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test.runIf(process.getuid?.() === 0)('puts the database where its user can reach it, below a folder that only root may enter', async () => {
  await chmod(root, 0o700)
  const server = await start()
  expect(server.notes.join()).toContain('The database is in')
  const elsewhere = (await readFile(join(root, 'postgres', 'location'), 'utf8')).trim()
  expect(elsewhere).not.toContain(root)
  await server.stop()
  await removeDataFolder(join(root, 'postgres'))
  await expect(stat(elsewhere)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('says what to do about a damaged database', async () => {
  await chmod(root, 0o755)
  await (await start()).stop()
  await rm(join(root, 'postgres', 'data', 'PG_VERSION'))
  await expect(start()).rejects.toMatchObject({ code: 'DATA_FOLDER_DAMAGED', message: expect.stringContaining('backup') })
})

test('its shared memory is in its own folder; where it is lost, the server is started again although it lives on', async () => {
  await chmod(root, 0o755)
  const shared = join(root, 'postgres', 'data', 'pg_dynshmem')
  const again = Promise.withResolvers<EmbeddedPostgres>()
  const kept = await keptRunning({
    name: 'Postgres',
    logger: silentLogger,
    start: (last: EmbeddedPostgres | null) => start(last?.port),
    restarted: again.resolve,
    probe: { ...postgresProbe, everyMs: 50 },
    pauseMs: 1,
  })
  try {
    const { pid, url } = kept.current()
    const lost = await readdir(shared)
    expect(lost.length).toBeGreaterThan(0)
    await Promise.all(lost.map((name) => rm(join(shared, name))))
    await expect(query(url, 'select 1')).rejects.toThrow('shared memory')
    const { pid: newPid } = await again.promise
    expect(newPid).not.toBe(pid)
    expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }])
  } finally {
    await kept.stop()
  }
})

test('a start that is stopped while the database is made ends quietly and leaves nothing half', async () => {
  await chmod(root, 0o755)
  const stopping = new AbortController()
  const say = () => stopping.abort()
  const dir = join(root, 'postgres')
  await expect(embeddedPostgres({ dir, logger: silentLogger, say, signal: stopping.signal })).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
  expect(await readdir(dir)).toEqual([])
  await start()
})
