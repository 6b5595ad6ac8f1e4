import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
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
