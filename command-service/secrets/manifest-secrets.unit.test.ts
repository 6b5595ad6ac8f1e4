import { agentAppsStream } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { appStream } from '@elves/core/domain/app/app.ts'
import type { DomainEvent } from '@elves/core/domain/events.ts'
import { openAggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { EventStore } from '@elves/core/eventing/event-store.ts'
import { memoryEventStore } from '@elves/core/eventing/memory/memory-event-store.ts'
import { expect, test } from 'vitest'
import { ManifestSecrets } from './manifest-secrets.ts'

const agentId = 'a'.repeat(32)
const context = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', causationId: null, metadata: {} } as const
const manifest = (...names: string[]) =>
  JSON.stringify({ worker: { env: Object.fromEntries(names.map((name, index) => [`V${index}`, { $secret: name }])) } })

function setting() {
  const store = memoryEventStore()
  let reads = 0
  const counted: EventStore = new Proxy(store, {
    get(target, name) {
      if (String(name).startsWith('readStream')) reads += 1
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  const aggregates = openAggregates({ store: counted, cacheSize: 100 })
  const secrets = new ManifestSecrets(aggregates, aggregates)
  async function tell(stream: string, event: DomainEvent): Promise<void> {
    const before = await store.readStream(stream)
    await store.append([{ stream, expectedVersion: before.length - 1, events: [{ id: crypto.randomUUID(), event, context }] }])
    const added = (await store.readStream(stream)).slice(before.length)
    for (const one of added) aggregates.observe(one)
    secrets.observe(added)
  }
  const uploaded = (version: string, text: string | null) =>
    tell(appStream('shop'), {
      type: 'AppVersionUploaded',
      data: { app: 'shop', version, sha256: '', bytes: 1, unpackedBytes: 1, files: 1, manifest: text },
    })
  const released = (version: string) =>
    tell(appStream('shop'), {
      type: 'AppVersionReleased',
      data: {
        app: 'shop',
        version,
        from: null,
        rolloutId: version,
        batches: ['100%'],
        pauseMs: 0,
        confirm: false,
        maxFailed: '0',
        idempotencyKey: null,
      },
    })
  return { secrets, tell, uploaded, released, reads: () => reads }
}

test('of an app that the center does not have, nothing is read a second time', async () => {
  const { secrets, reads } = setting()
  expect(await secrets.of(agentId, 'apptest')).toEqual([])
  const once = reads()
  for (let turn = 0; turn < 10; turn++) expect(await secrets.of(agentId, 'apptest')).toEqual([])
  expect(reads()).toBe(once)
})

test('returns those of the versions that the agent has and shall have, as soon as the log tells of them', async () => {
  const { secrets, tell, uploaded, released } = setting()
  expect(await secrets.of(agentId, 'shop')).toEqual([])
  await tell(appStream('shop'), { type: 'AppCreated', data: { app: 'shop', displayName: '', description: '' } })
  await uploaded('1', manifest('one'))
  await uploaded('2', manifest('two', 'both'))
  await uploaded('3', null)
  for (const version of ['1', '2', '3']) await released(version)
  expect(await secrets.of(agentId, 'shop')).toEqual([])
  const wanted = (version: string): DomainEvent => {
    return { type: 'AgentAppWanted', data: { agentId, app: 'shop', version, sha256: '', bytes: 1, rolloutId: null } }
  }
  await tell(agentAppsStream(agentId), wanted('1'))
  expect(await secrets.of(agentId, 'shop')).toEqual(['one'])
  await tell(agentAppsStream(agentId), { type: 'AgentAppInstalled', data: { agentId, app: 'shop', version: '1' } } as DomainEvent)
  await tell(agentAppsStream(agentId), wanted('2'))
  expect(await secrets.of(agentId, 'shop')).toEqual(['one', 'two', 'both'])
  await tell(agentAppsStream(agentId), wanted('3'))
  expect(await secrets.of(agentId, 'shop')).toEqual(['one'])
})

test('an agent that says that it has a version which nobody has released gets none of its secrets', async () => {
  const { secrets, tell, uploaded, released } = setting()
  await tell(appStream('shop'), { type: 'AppCreated', data: { app: 'shop', displayName: '', description: '' } })
  await uploaded('1', manifest('one'))
  await uploaded('2', manifest('two'))
  await released('1')
  await tell(agentAppsStream(agentId), {
    type: 'AgentAppWanted',
    data: { agentId, app: 'shop', version: '1', sha256: '', bytes: 1, rolloutId: null },
  })
  await tell(agentAppsStream(agentId), { type: 'AgentAppInstalled', data: { agentId, app: 'shop', version: '2' } })
  expect(await secrets.of(agentId, 'shop')).toEqual(['one'])
  await released('2')
  expect(await secrets.of(agentId, 'shop')).toEqual(['two', 'one'])
})
