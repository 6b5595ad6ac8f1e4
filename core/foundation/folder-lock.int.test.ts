import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { folderHolder, folderLock } from './folder-lock.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-lock-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('lets one in at a time, and names who is in', async () => {
  const lock = await folderLock(folder)
  await expect(folderLock(folder)).rejects.toMatchObject({ code: 'DATA_FOLDER_IN_USE', facts: { pid: process.pid } })
  await lock.stop()
  expect(await folderHolder(folder)).toBeNull()
  await (await folderLock(folder)).stop()
})

test('is free again when its process was killed, and tells who waits for that', async () => {
  const script = `const { folderLock } = await import(${JSON.stringify(join(import.meta.dirname, 'folder-lock.ts'))})
    await folderLock(${JSON.stringify(folder)}); console.log('locked'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const holder = await folderHolder(folder)
  expect(holder?.pid).toBe(child.pid)
  child.kill('SIGKILL')
  await holder?.gone
  await (await folderLock(folder)).stop()
})

test('does not take another folder for it that has its path in another root', async () => {
  const [held, other] = [join(folder, 'held'), join(folder, 'other')]
  await mkdir(held)
  const lock = await folderLock(held)
  // What stands at the path is another folder now, as where a process with another root looks.
  await rename(held, other)
  await mkdir(held)
  expect(await folderHolder(held)).toBeNull()
  await (await folderLock(held)).stop()
  await rm(held, { recursive: true })
  await rename(other, held)
  expect((await folderHolder(held))?.pid).toBe(process.pid)
  await lock.stop()
  expect(await folderHolder(held)).toBeNull()
})

test('is not free while a process of a release that named it by its path has it', async () => {
  const name = `elves-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32)}`
  const server = createServer((socket) => socket.end('77\n'))
  await new Promise<void>((resolve) => server.listen(process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`), resolve))
  expect((await folderHolder(folder))?.pid).toBe(77)
  await expect(folderLock(folder)).rejects.toMatchObject({ code: 'DATA_FOLDER_IN_USE', facts: { pid: 77 } })
  await new Promise((resolve) => server.close(resolve))
  await (await folderLock(folder)).stop()
})
