import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { enrol } from '@elves/agent/enrolment/enrol.ts'
import type { GatewayTls } from '@elves/agent/link/socket-session.ts'
import { testToken } from '@elves/command-service/tests/test-agent.ts'
import { type TestGateway, testGateway } from '@elves/command-service/tests/test-gateway.ts'
import { type TlsDoor, tlsDoor } from '@elves/command-service/tls-door.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The certificate is made by the command of the guide. */

const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'guides', 'enrolment.md'), 'utf8')
const [, command = ''] = /```sh\n(openssl req[\s\S]*?)```/.exec(guide) ?? []
let folder: string
let center: TestGateway
let door: TlsDoor
let certificate: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-tls-'))
  execFileSync('sh', ['-c', command], { cwd: folder, stdio: 'ignore' })
  certificate = readFileSync(join(folder, 'gateway.crt'), 'utf8')
  center = await testGateway()
  await center.agents.admission.makeOwnToken()
  const opened = await open('gateway.crt', 'gateway.key')
  if (!opened) throw new Error('no door')
  door = opened
})
afterAll(async () => {
  await door?.stop()
  await center?.close()
  await rm(folder, { recursive: true, force: true })
})

function open(cert: string, key: string, host = '127.0.0.1'): Promise<TlsDoor | null> {
  const files = { ELVES_GATEWAY_TLS_CERT_FILE: cert && join(folder, cert), ELVES_GATEWAY_TLS_KEY_FILE: key && join(folder, key) }
  const settings = readSettings({ ...files, ELVES_GATEWAY_TLS_PORT: '0' })
  return tlsDoor({ settings, host, accept: (socket, connection) => center.accept(socket, connection), logger: silentLogger })
}

async function enrolVia(tls: GatewayTls, url = door.url) {
  const dataFolder = await mkdtemp(join(folder, 'agent-'))
  const agent = { center: url, joinToken: testToken, dataFolder, ip: '', name: 'host', labels: {} }
  return enrol({ ...agent, tls, logger: silentLogger, timeoutMs: 1_500 })
}

const fingerprint = () =>
  /=([0-9A-F:]+)/.exec(String(execFileSync('openssl', ['x509', '-in', join(folder, 'gateway.crt'), '-noout', '-fingerprint', '-sha256'])))?.[1] ?? ''

test('an agent trusts the gateway by the certificate as its own authority, or by its pin', async () => {
  expect(await enrolVia({ ca: certificate })).toMatchObject({ isApproved: true })
  const certificateSha256 = fingerprint().replaceAll(':', '').toLowerCase()
  const { agentId } = await enrolVia({ certificateSha256 })
  // Without an alias of its own, the agent has the address from which the gateway sees it.
  expect(await center.agents.directory.find(agentId)).toMatchObject({ ip: '127.0.0.1' })
})

test('an agent says nothing to a gateway whose certificate it does not trust', async () => {
  await expect(enrolVia({})).rejects.toThrow(/self-signed/)
  const pinned = enrolVia({ certificateSha256: 'ab'.repeat(32) })
  await expect(pinned).rejects.toThrow(/not the pinned one/)
  await expect(pinned).rejects.toMatchObject({ code: 'CENTER_UNREACHABLE' })
})

test('a host name that is none of the gateway is refused with the setting that allows it', async () => {
  const other = await open('gateway.crt', 'gateway.key', '127.0.0.2')
  const certificateSha256 = fingerprint().replaceAll(':', '').toLowerCase()
  await expect(enrolVia({ certificateSha256 }, other?.url)).rejects.toThrow(/403 .*127\.0\.0\.2.*ELVES_ALLOWED_HOSTS/)
  await other?.stop()
})

test('files that are no certificate and its key are told by the name of their setting, and without them there is no door', async () => {
  await expect(open('gateway.key', 'gateway.crt')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  await expect(open('gateway.crt', '')).rejects.toThrow(/ELVES_GATEWAY_TLS_KEY_FILE/)
  expect(await open('', '')).toBeNull()
})
