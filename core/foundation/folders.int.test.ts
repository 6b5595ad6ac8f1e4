import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder } from './folders.ts'
import { startError } from './start-error.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-folders-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

function refusal(path: string): { code: string; message: string } {
  try {
    makeFolder(path)
  } catch (error) {
    return startError(error)
  }
  throw new Error(`${path} was made`)
}

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

test('makes what is missing with the mode that is asked for, whatever the umask', async () => {
  const before = process.umask(0)
  try {
    makeFolder(join(folder, 'a', 'b'), 0o700)
    makeFolder(join(folder, 'a', 'c'))
  } finally {
    process.umask(before)
  }
  expect(await modeOf(join(folder, 'a'))).toBe(0o755)
  expect(await modeOf(join(folder, 'a', 'b'))).toBe(0o700)
  expect(await modeOf(join(folder, 'a', 'c'))).toBe(0o755)
})

test('a process that was started with a umask of 0 makes nothing that others may write', () => {
  const script = `const { closeUmask } = await import(${JSON.stringify(join(import.meta.dirname, 'folders.ts'))})
    const { mkdirSync, writeFileSync, statSync } = await import('node:fs')
    process.umask(0)
    closeUmask()
    process.chdir(${JSON.stringify(folder)})
    writeFileSync('file', '')
    mkdirSync('folder')
    console.log((statSync('file').mode & 0o777).toString(8), (statSync('folder').mode & 0o777).toString(8))`
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).trim()).toBe('644 755')
})

test('leaves a folder that is there as it is', async () => {
  await mkdir(join(folder, 'mine'))
  await chmod(join(folder, 'mine'), 0o750)
  makeFolder(join(folder, 'mine'))
  expect(await modeOf(join(folder, 'mine'))).toBe(0o750)
})

test('says what is in the way: a file in the place, or above', async () => {
  await writeFile(join(folder, 'file'), '')
  expect(refusal(join(folder, 'file'))).toMatchObject({ code: 'FILE_UNUSABLE', message: expect.stringContaining('a file is in the place') })
  expect(refusal(join(folder, 'file', 'below'))).toMatchObject({ code: 'FILE_UNUSABLE', message: expect.stringContaining('a file is in the place') })
})

test.runIf(process.platform === 'linux')('a folder that the system never makes is refused, instead of tried for ever', () => {
  expect(refusal('/proc/elves')).toMatchObject({ code: 'FILE_UNUSABLE', message: expect.stringContaining('/proc/elves') })
})
