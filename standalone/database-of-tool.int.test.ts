import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { folderLock } from '@elves/core/foundation/folder-lock.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { databaseOfTool } from './database-of-tool.ts'
import { freePort } from './free-port.ts'

let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'elves-tool-'))
  await mkdir(join(dataDir, 'postgres'))
  const url = `postgres://elves@127.0.0.1:${await freePort()}/postgres`
  await writeFile(join(dataDir, 'postgres', 'connection.json'), JSON.stringify({ url }))
})

afterEach(() => rm(dataDir, { recursive: true, force: true }))

const find = () => databaseOfTool({ databaseUrl: undefined, settings: readSettings({ ELVES_DATA_DIR: dataDir }), logger: silentLogger })

test('says why the database of a running platform takes no connection, instead of looking for another one', async () => {
  const running = await folderLock(dataDir)
  await expect(find()).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringMatching(new RegExp(`pid ${process.pid}.*ECONNREFUSED`)),
  })
  await running.stop()
})

test('what a killed platform left behind counts for nothing', async () => {
  await expect(find()).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('no database is in') })
})
