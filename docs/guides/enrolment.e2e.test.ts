import { readFileSync } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { enrol } from '@elves/agent/enrolment/enrol.ts'
import { parseEntries } from '@elves/command-service/inventory/entries.ts'
import { type InventorySource, readInventoryFile } from '@elves/command-service/inventory/inventory-file.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { sharedPlatform, type TestPlatform } from '@elves/tests/support/platform.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The samples of the guides of enrolment and of labels, run in their order. */

const samples = samplesOf('enrolment.md', 'graphql')
let platform: TestPlatform
let dataFolder: string

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'elves-enrolment-'))
  platform = await sharedPlatform()
})

afterAll(async () => {
  await platform?.dispose()
  await rm(dataFolder, { recursive: true, force: true })
})

test('each sample does what the guide says', async () => {
  const [create, pending, approve, label, revoke, revokeToken, ...more] = samples
  expect(more).toEqual([])
  const { createJoinToken } = await platform.graphql<{ createJoinToken: { joinToken: { id: string }; secret: string } }>(create ?? '')
  expect(createJoinToken).toMatchObject({ joinToken: { state: 'USABLE', uses: 0, maxUses: 40 }, refusal: null })
  const { joinToken, secret } = createJoinToken
  const center = platform.ready().gatewayUrl.replace(/\?.*/, '')
  const host = { center, joinToken: secret, dataFolder, ip: '10.99.0.1', name: 'rack-7', labels: { rack: '7' }, logger: silentLogger }
  const enrolled = await enrol(host)
  expect(enrolled.isApproved).toBe(false)
  expect((await stat(join(dataFolder, 'identity.json'))).mode & 0o777).toBe(0o600)
  const waiting = await waitFor(async () => (await platform.graphql<{ agents: { nodes: { id: string }[] } }>(pending ?? '')).agents.nodes[0])
  const { agentId: id, fingerprint } = enrolled
  const labels = { rack: '7', site: 'berlin' }
  const enrolledBy = { kind: 'LOCAL', id: 'local' }
  const labelSources = {
    rack: { source: 'AGENT', value: '7', overridden: [] },
    site: { source: 'JOIN_TOKEN', value: 'berlin', overridden: [] },
  }
  expect(waiting).toEqual({ id, name: 'rack-7', fingerprint, labels, labelSources, enrolledBy })
  expect(await platform.graphql(approve ?? '', { agent: id })).toMatchObject({ approveAgent: { refusal: null } })
  expect(await enrol({ ...host, joinToken: '' })).toEqual({ ...enrolled, isApproved: true })
  expect(await platform.graphql(label ?? '', { agent: id })).toMatchObject({
    setAgentLabels: { agent: { labels: { ...labels, env: 'prod' }, labelSources: { env: { source: 'USER', value: 'prod' } } }, refusal: null },
  })
  expect(await platform.graphql(revoke ?? '', { agent: id })).toEqual({ revokeAgent: { agent: { state: 'REVOKED' }, refusal: null } })
  await expect(enrol(host)).rejects.toMatchObject({ code: 'AGENT_REVOKED' })
  expect(await platform.graphql(revokeToken ?? '', { joinToken: joinToken.id })).toEqual({
    revokeJoinToken: { joinToken: { state: 'REVOKED', uses: 1 }, refusal: null },
  })
})

test('each sample of the guide of labels does what the guide says', async () => {
  const [setLabels, select, run, sources, ...more] = samplesOf('labels.md', 'graphql')
  const [variables, configuration] = samplesOf('labels.md', 'json')
  expect(more).toEqual([])
  const { setAgentLabels } = await platform.graphql<{ setAgentLabels: { agent: { id: string }; position: string } }>(
    setLabels ?? '',
    JSON.parse(variables ?? ''),
  )
  const { agent, position } = setAgentLabels
  try {
    expect(agent).toMatchObject({ labels: { env: 'prod', 机房: '上海' }, labelSources: { env: { source: 'USER', value: 'prod' } } })
    const { agents } = await platform.graphql<{ agents: { nodes: object[] } }>(select ?? '', { position })
    expect(agents.nodes).toMatchObject([{ ip: '127.0.0.1' }])
    const { runTasks } = await platform.graphql<{ runTasks: object[] }>(run ?? '')
    const tasks = [{ state: 'SUCCEEDED', agent: { ip: '127.0.0.1' } }]
    expect(runTasks).toMatchObject([{ selected: 1, tasks, leftOut: [], refusal: null }])
    expect(await platform.graphql(sources ?? '')).toEqual({ inventorySources: [] })
  } finally {
    await platform.graphql('mutation ($id: ID!) { setAgentLabels(input: { agent: $id, labels: {} }) { position } }', { id: agent.id })
  }
  const file = join(dataFolder, 'inventory.json')
  await writeFile(file, configuration ?? '')
  const [cmdb, racks] = (await readInventoryFile(file)) as [InventorySource, InventorySource]
  const host = { address: '10.0.0.1', environment: 'prod', idc: '上海', cores: 8 }
  const ofCmdb = parseEntries(JSON.stringify({ data: { hosts: [host] } }), cmdb)
  expect([...ofCmdb.labels]).toEqual([['10.0.0.1', { env: 'prod', 机房: '上海' }]])
  expect([...parseEntries('ip,rack,room\n10.0.0.1,7,\n', racks).labels]).toEqual([['10.0.0.1', { rack: '7' }]])
})

function samplesOf(guide: string, language: string): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, guide), 'utf8')
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, kind, sample = '']) => (kind === language ? [sample] : []))
}
