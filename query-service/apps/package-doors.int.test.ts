import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { serviceRegistry } from '@elves/core/http/service-registry.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { sayingApp } from '@elves/tests/support/app-package.ts'
import { expect, test } from 'vitest'
import { everybody } from '../tests/everybody.ts'
import { packageDoors } from './package-doors.ts'

test('a package of an app that does not exist is refused before any of it is kept', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'elves-package-doors-'))
  const packages = join(folder, 'packages')
  const server = serviceServer({ logger: silentLogger, registry: serviceRegistry(), allowedHosts: [], readiness: async () => undefined })
  await packageDoors(server, {
    settings: readSettings({ ELVES_APP_PACKAGES_DIR: packages }),
    readModels: { of: () => ({ byName: async () => null }) } as unknown as ReadModels,
    authenticator: everybody,
    access: { check: () => undefined, checkFor: async () => undefined },
    commandApi: { call: () => Promise.reject(new Error('no command is sent')) } as never,
    waitMs: 0,
  })
  try {
    const headers = { host: 'localhost', 'content-type': 'application/zip' }
    const answer = await server.inject({ method: 'PUT', url: '/apps/none/versions/1', headers, payload: await sayingApp('one') })
    expect(answer.json()).toMatchObject({ code: 'APP_UNKNOWN' })
    expect(existsSync(packages)).toBe(false)
  } finally {
    await server.close()
    await rm(folder, { recursive: true })
  }
})
