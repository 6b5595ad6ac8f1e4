import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pythonNote } from './python.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-python-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('without python3 there is a note, and no refusal', async () => {
  expect(await pythonNote('', folder)).toContain('There is no python3 here')
  await writeFile(join(folder, 'python3'), '#!/bin/sh\n')
  await chmod(join(folder, 'python3'), 0o755)
  expect(await pythonNote('', `/nowhere:${folder}`)).toBeNull()
})

test('one that was named and is not there is refused', async () => {
  await expect(pythonNote('/nowhere/python3', folder)).rejects.toMatchObject({
    code: 'PYTHON_MISSING',
    message: expect.stringContaining('ELVES_AGENT_PYTHON'),
  })
})
