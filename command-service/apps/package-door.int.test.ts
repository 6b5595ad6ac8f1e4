import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PackageFolder } from '@elves/core/app-package/package-folder.ts'
import { agentAggregate, agentStream } from '@elves/core/domain/agent/agent.ts'
import { agentAppsAggregate, agentAppsStream } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { keyFingerprint, signerOfSecret } from '@elves/core/foundation/ed25519.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { serviceRegistry } from '@elves/core/http/service-registry.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { agentScheme, packagePath, packageStatement } from '@elves/schemas/link/package-request.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contextOfPart } from '../tasks/system-context.ts'
import { packageDoor } from './package-door.ts'

const [agentId, otherId] = ['a'.repeat(32), 'b'.repeat(32)]
const signers = { [agentId]: signerOfSecret('test agent', agentId), [otherId]: signerOfSecret('test agent', otherId) }
const bytes = Buffer.from('the bytes of a package')
const sha256 = createHash('sha256').update(bytes).digest('hex')
const aggregates = openAggregates({ store: memoryEventStore(), cacheSize: 100 })
let folder: string
let server: ReturnType<typeof serviceServer>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-door-'))
  await writeFile(join(folder, `${sha256}.zip`), bytes)
  server = serviceServer({ logger: silentLogger, registry: serviceRegistry(), allowedHosts: [], readiness: async () => undefined })
  packageDoor({ server, aggregates, packages: new PackageFolder(folder) })
  for (const id of [agentId, otherId]) {
    const { publicKey } = signers[id] as (typeof signers)[string]
    const enrol = {
      type: 'Enrol',
      agentId: id,
      publicKey,
      fingerprint: keyFingerprint(publicKey),
      joinTokenId: '',
      enrolledBy: { kind: 'LOCAL', id: 'local', name: null },
      labels: {},
      isApproved: true,
      remoteAddress: '',
    } as const
    await aggregates.handle({ aggregate: agentAggregate, stream: agentStream(id), commands: [enrol], context: contextOfPart('test', 'test') })
  }
  const wanted = { version: '1', sha256, bytes: bytes.length, rolloutId: null }
  const commands = [{ type: 'WantApps', agentId, wishes: [{ app: 'shop', wanted }] }] as const
  await aggregates.handle({ aggregate: agentAppsAggregate, stream: agentAppsStream(agentId), commands, context: contextOfPart('test', 'test') })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

interface Asked {
  readonly by?: string
  readonly app?: string
  readonly version?: string
  readonly notAfter?: number
  readonly signedFor?: string
  readonly headers?: Readonly<Record<string, string>>
}

async function get({ by = agentId, app = 'shop', version = '1', notAfter = Date.now() + 1_000, signedFor = app, headers = {} }: Asked) {
  const signature = signers[by]?.sign(packageStatement({ agentId: by, app: signedFor, version, notAfter })) ?? ''
  const authorization = `${agentScheme} ${by} ${notAfter} ${signature}`
  return server.inject({ url: `/gateway${packagePath(app, version)}`, headers: { host: 'localhost', authorization, ...headers } })
}

test('an agent gets the package that it shall have, and the rest of it after a break', async () => {
  const whole = await get({})
  expect(whole.statusCode).toBe(200)
  expect(whole.rawPayload).toEqual(bytes)
  const rest = await get({ headers: { range: 'bytes=10-', 'if-range': `"${sha256}"` } })
  expect(rest.statusCode).toBe(206)
  expect(rest.rawPayload).toEqual(bytes.subarray(10))
  const other = await get({ headers: { range: 'bytes=10-', 'if-range': '"of another package"' } })
  expect(other.rawPayload).toEqual(bytes)
})

test.each<[string, Asked]>([
  ['an agent that the app is not bound to', { by: otherId }],
  ['another app', { app: 'other' }],
  ['another version', { version: '2' }],
  ['an app that is called as what every object has', { app: 'constructor' }],
])('%s gets nothing', async (_what, asked) => {
  const answer = await get(asked)
  expect([answer.statusCode, answer.json().error.code]).toEqual([403, 'APP_NOT_FOR_AGENT'])
})

test.each<[string, Asked]>([
  ['a request that was signed for another app', { signedFor: 'other' }],
  ['a request that is too old', { notAfter: Date.now() - 120_000 }],
  ['a request of the far future', { notAfter: Date.now() + 86_400_000 }],
  ['an agent that nobody knows', { by: 'c'.repeat(32) }],
  ['no signature', { headers: { authorization: '' } }],
])('%s is not believed', async (_what, asked) => {
  const answer = await get(asked)
  expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'UNAUTHENTICATED'])
})
