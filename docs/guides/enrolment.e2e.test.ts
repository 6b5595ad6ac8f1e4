import { readFileSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { enrol } from '@elves/agent/enrolment/enrol.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { startPlatform, type TestPlatform } from '@elves/tests/support/platform.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The samples of the guide, run in their order, with an agent that enrols as a host does. */

const guide = readFileSync(join(import.meta.dirname, 'enrolment.md'), 'utf8')
const samples = [...guide.matchAll(/^```graphql\n([\s\S]*?)^```$/gm)].map(([, sample = '']) => sample)
let platform: TestPlatform
let dataFolder: string

beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'elves-enrolment-'))
  platform = await startPlatform({ sharesBroker: true })
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
  expect(waiting).toEqual({ id, name: 'rack-7', fingerprint, labels, labelSources: { rack: 'AGENT', site: 'JOIN_TOKEN' }, enrolledBy })
  expect(await platform.graphql(approve ?? '', { agent: id })).toMatchObject({ approveAgent: { refusal: null } })
  expect(await enrol({ ...host, joinToken: '' })).toEqual({ ...enrolled, isApproved: true })
  expect(await platform.graphql(label ?? '', { agent: id })).toMatchObject({
    setAgentLabels: { agent: { labels: { ...labels, env: 'prod' }, labelSources: { env: 'USER' } }, refusal: null },
  })
  expect(await platform.graphql(revoke ?? '', { agent: id })).toEqual({ revokeAgent: { agent: { state: 'REVOKED' }, refusal: null } })
  await expect(enrol(host)).rejects.toMatchObject({ code: 'AGENT_REVOKED' })
  expect(await platform.graphql(revokeToken ?? '', { joinToken: joinToken.id })).toEqual({
    revokeJoinToken: { joinToken: { state: 'REVOKED', uses: 1 }, refusal: null },
  })
})
