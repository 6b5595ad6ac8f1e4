import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, open, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { silentLogger } from '@elves/core/foundation/log.ts'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type EmbeddedPostgres, embeddedPostgres } from './embedded-postgres.ts'

/** A separate file system that is full, or becomes so. */

const run = promisify(execFile)
const mayMount = process.platform === 'linux' && process.getuid?.() === 0 && (await canMount())

async function canMount(): Promise<boolean> {
  const place = await mkdtemp(join(tmpdir(), 'elves-mount-'))
  const isMounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place]).then(
    () => true,
    () => false,
  )
  if (isMounted) await run('umount', [place])
  await rm(place, { recursive: true })
  return isMounted
}

const name = mayMount ? 'a full disk' : 'a full disk (skipped: mounting a tmpfs takes root)'

describe.skipIf(!mayMount)(name, () => {
  let disk: string
  let servers: EmbeddedPostgres[]

  beforeEach(async () => {
    servers = []
    disk = await mkdtemp(join(tmpdir(), 'elves-full-'))
    await chmod(disk, 0o755)
  })

  afterEach(async () => {
    await Promise.all(servers.map((server) => server.stop()))
    await run('umount', [disk])
    await rm(disk, { recursive: true })
  })

  async function mount(size: string): Promise<void> {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', disk])
    await mkdir(join(disk, 'data'), { mode: 0o755 })
  }

  async function start(): Promise<EmbeddedPostgres> {
    const server = await embeddedPostgres({ dir: join(disk, 'data', 'postgres'), logger: silentLogger })
    servers.push(server)
    return server
  }

  /** Fills the rest of it. */
  async function fill(): Promise<void> {
    const file = await open(join(disk, 'ballast'), 'w')
    const block = Buffer.alloc(1024 * 1024, 1)
    try {
      for (;;) await file.write(block)
    } catch {
      // full
    } finally {
      await file.close()
    }
    expect((await statfs(disk)).bavail).toBe(0)
  }

  async function connected(connectionString: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }

  const full = { code: 'DISK_FULL', message: expect.stringMatching(/elves-full-.*0\.\d MiB/) }

  test('the first start says which, makes nothing half, and the next one works', async () => {
    await mount('150m')
    await fill()
    await expect(start()).rejects.toMatchObject(full)
    await rm(join(disk, 'ballast'))
    await start()
  })

  test('a start on a database that is there says which, does not call it damaged, and works when there is room', async () => {
    await mount('150m')
    await (await start()).stop()
    await fill()
    const refusal = (await start().catch((error: unknown) => error)) as Error
    expect(refusal).toMatchObject(full)
    expect(refusal.message).not.toMatch(/move|damaged/i)
    await rm(join(disk, 'ballast'))
    await start()
  })

  test('a server that is there refuses to write while it is full, and writes again afterwards', async () => {
    await mount('150m')
    const server = await start()
    const first = await connected(server.url)
    await first.query('create table rows (text text)')
    await fill()
    await expect(first.query('insert into rows select repeat(md5(n::text), 30) from generate_series(1, 40000) n')).rejects.toThrow()
    await first.end().catch(() => undefined)
    await rm(join(disk, 'ballast'))
    // If Postgres found no room for its own log, it ended; a platform would start it again.
    const second = await connected((await start()).url)
    await second.query('insert into rows values (1)')
    expect((await second.query('select count(*)::int as n from rows')).rows).toEqual([{ n: 1 }])
    await second.end()
  })
})
