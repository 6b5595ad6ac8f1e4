import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { migrateCommandService } from '@elves/command-service/command-schema.ts'
import { auditKey } from '@elves/command-service/log-tree/audit-key.ts'
import { headPlaces } from '@elves/command-service/log-tree/head-places.ts'
import { keeperName, logTreeKeeper } from '@elves/command-service/log-tree/log-tree-keeper.ts'
import { holdLease } from '@elves/core/eventing/leases/lease.ts'
import { Stack } from '@elves/core/foundation/lifecycle.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { listen } from '@elves/core/http/listen.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { migrateReadModels } from '@elves/core/read-models/migrate.ts'
import { postgresReadModels } from '@elves/core/read-models/postgres-read-models.ts'
import { graphqlPath } from '@elves/query-service/graphql/http-door.ts'
import { queryService } from '@elves/query-service/query-service.ts'
import { logOfStore } from '@elves/query-service/subscriptions/followed-log.ts'
import { headersOf } from '@elves/tests/support/doors.ts'
import { eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { memoryCommandApi } from '@elves/tests/support/memory-command-api.ts'
import { cleanEnv } from '@elves/tests/support/platform.ts'
import { appendInOrder, sampleHistory } from '@elves/tests/support/sample-history.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The samples of the guide, as an auditor would use them, on a log with its keeper and a public edge. */

const root = join(import.meta.dirname, '..', '..')
const guide = readFileSync(join(import.meta.dirname, 'audit.md'), 'utf8')
const samples = (language: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, sample = '']) => sample)
const [heads = '', proofs = ''] = samples('graphql')
const logger = silentLogger
const stack = new Stack(logger)

const token = 'token-of-the-local-admin-of-the-tests'
let folder: string
let url: string
let databaseUrl: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-audit-guide-'))
  stack.defer('folder', () => rm(folder, { recursive: true }))
  const database = await eventingDatabase()
  stack.defer('database', () => database.close())
  databaseUrl = database.url
  const { pool } = database
  await migrateCommandService(pool)
  await migrateReadModels(pool)
  const store = await database.store()
  await appendInOrder(store, sampleHistory({ seed: 9, tasks: 10, agents: 1 }))
  const places = headPlaces({ pool, schema: 'elves', file: '', url: '', timeoutMs: 1_000, logger })
  const signer = () => auditKey(join(folder, 'audit-key'), logger)
  const keeper = logTreeKeeper({
    store,
    pool,
    signer,
    places,
    headMs: 100,
    metrics: { signed: () => undefined },
    logger,
    isMakingTables: () => false,
  })
  stack.use('keeper', holdLease({ pool, name: keeperName, owner: 'test', logger, whileHeld: keeper.whileHeld }))
  const readModels = await postgresReadModels({ connectionString: database.url, logger })
  stack.defer('read models', () => readModels.close())
  const registry = new Registry()
  const server = serviceServer({ logger, registry, allowedHosts: [], webSocketPaths: [graphqlPath], readiness: async () => {} })
  stack.defer('server', () => server.close())
  const parts = { server, commandApi: memoryCommandApi(store), readModels, settings: readSettings({ ELVES_TOKEN: token }), logger, registry }
  stack.use('doors', await queryService({ ...parts, openLog: async () => logOfStore(store), openStore: async () => store }))
  url = await listen(server, { host: '127.0.0.1', port: 0, setting: 'ELVES_HTTP_PORT' })
}, 60_000)
afterAll(() => stack.stop())

async function ask<Data>(query: string, variables: object = {}): Promise<Data | null> {
  const body = JSON.stringify({ query, variables })
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers: headersOf({ token }), body })
  return ((await answer.json()) as { data: Data | null }).data
}

test('the log is exported, verified by both programs, and one event is proved', async () => {
  const signed = async () => {
    const answer = await ask<{ log: { signedHead: { size: number; publicKey: string } } }>(heads)
    // The first head may be of the first events of the log.
    return answer !== null && answer.log.signedHead.size > 10 && answer.log.signedHead
  }
  const head = await waitFor(signed, { what: 'a head over more than the first events' })
  // The samples stand in a folder of their own, with what they name of the tree.
  for (const name of ['package.json', 'standalone', 'tools']) await symlink(join(root, name), join(folder, name))
  const env = { ...cleanEnv(), URL: url, TOKEN: token, ELVES_DATA_DIR: folder }
  const { stdout } = await promisify(execFile)('bash', ['-euc', samples('sh').join('')], { cwd: folder, env })
  expect(stdout).toMatch(/^OK: events 0 to \d+ of log .*\nOK: events 0 to \d+ of log .*\n$/)
  expect((await readFile(join(folder, 'key.txt'), 'utf8')).trim()).toBe(head.publicKey)

  const [, first = ''] = (await readFile(join(folder, 'log.ndjson'), 'utf8')).split('\n')
  const { event } = JSON.parse(first) as { event: { id: string } }
  const proved = await ask<{ proof: { index: number; leaf: string; leafHash: string } }>(proofs, { event: event.id })
  const leaf = proved?.proof.leaf ?? ''
  expect(proved?.proof).toMatchObject({ index: 0, leafHash: hash('sha256', `\0${leaf}`) })
  expect(JSON.parse(leaf)).toEqual(event)
  const refused = await fetch(`${url}/audit/export?format=xml`, { headers: headersOf({ token }) })
  expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([400, 'BAD_REQUEST'])
})

test('what could be done, and what was done, is told people: a page to print and plain text, and no file is written over', async () => {
  const reported = (file: string, ...more: readonly string[]) => {
    const args = [join(root, 'standalone', 'audit.ts'), 'report', join(folder, file), '--database-url', databaseUrl, ...more]
    return promisify(execFile)(process.execPath, args, { cwd: folder, env: { ...cleanEnv(), ELVES_DATA_DIR: folder } })
  }
  const { stdout } = await reported('who.html', '--from', '2026-01-01', '--language', 'zh')
  expect(stdout).toMatch(/^What \d+ events say is in .*who\.html\.\n$/)
  expect(await readFile(join(folder, 'who.html'), 'utf8')).toContain('谁做了什么')
  await reported('who.txt', '--to', '2020-01-01T00:00:00Z')
  expect(await readFile(join(folder, 'who.txt'), 'utf8')).toContain('0 events of the log are in this time.')
  await expect(reported('who.txt')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('FILE_EXISTS') })
  await expect(reported('other.txt', '--from', 'abcdef01-0000000000000001')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('CONFIG_INVALID'),
  })
})
