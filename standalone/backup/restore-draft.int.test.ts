import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { refuseHalfRestored, restoreDraft } from './restore-draft.ts'

let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'elves-draft-'))
})

afterEach(() => rm(dataDir, { recursive: true, force: true }))

test('a start after a restore that was killed is refused only where it would begin an empty history', async () => {
  expect(() => refuseHalfRestored(dataDir)).not.toThrow()
  await mkdir(restoreDraft(dataDir))
  expect(() => refuseHalfRestored(dataDir)).toThrow(expect.objectContaining({ code: 'DATA_FOLDER_DAMAGED' }))
  await mkdir(join(dataDir, 'postgres'))
  expect(() => refuseHalfRestored(dataDir)).not.toThrow()
})
