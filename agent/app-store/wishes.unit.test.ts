import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { expect, test } from 'vitest'
import { appStore } from './app-store.ts'
import { notReplaceable } from './own-program.ts'

test('an agent that was told that it shall have no app takes the next wish, and stops', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'elves-wishes-'))
  const told = Promise.withResolvers<string>()
  const store = await appStore({
    folder,
    download: () => Promise.reject(new ElvesError('APP_DOWNLOAD_FAILED', 'no center is here')),
    isLocal: () => false,
    report: ({ app, outcome, code }) => told.resolve(`${app} ${outcome} ${code}`),
    onChange: () => undefined,
    program: notReplaceable,
    logger: silentLogger,
  })
  const wish = { apps: [], removed: [], correlationId: '', logId: 'log' }
  store.set({ ...wish, revision: 1 })
  await turn()
  store.set({ ...wish, revision: 2, apps: [{ app: 'shop', version: '1', sha256: 'a'.repeat(64), bytes: 1 }] })
  expect(await told.promise).toBe('shop FAILED APP_DOWNLOAD_FAILED')
  // One that does not take it would not stop either.
  await store.stop()
  await rm(folder, { recursive: true })
})
