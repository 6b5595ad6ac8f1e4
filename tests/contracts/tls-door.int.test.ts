import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inTree } from '@elves/agent/command-line/agent-place.ts'
import { enrolCommand } from '@elves/agent/command-line/enrol-command.ts'
import { rotateKeyCommand } from '@elves/agent/command-line/rotate-key-command.ts'
import { claimDataFolder } from '@elves/agent/data-folder/claim.ts'
import { enrol } from '@elves/agent/enrolment/enrol.ts'
import type { GatewayTls } from '@elves/agent/link/socket-session.ts'
import { testToken } from '@elves/command-service/tests/test-agent.ts'
import { type TestGateway, testGateway } from '@elves/command-service/tests/test-gateway.ts'
import { type TlsDoor, tlsDoor } from '@elves/command-service/tls-door.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

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
  return tlsDoor({
    settings,
    host,
    accept: (socket, connection) => center.accept(socket, connection),
    answer: (_, response) => response.end(),
    logger: silentLogger,
  })
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

type Commanded = (args: readonly string[]) => Promise<string>
const enrolCommanded: Commanded = (args) => printed(enrolCommand, args)
const rotateCommanded: Commanded = (args) => printed(rotateKeyCommand, args)

/** What a command prints; rejects as the command does. */
async function printed(command: typeof rotateKeyCommand, args: readonly string[]): Promise<string> {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    await command('elves-agent', inTree, {}).parseAsync(args, { from: 'user' })
    return written.mock.calls.map(([text]) => text).join('')
  } finally {
    written.mockRestore()
  }
}

test('elves-agent enrol has the center take the agent over TLS, and says which key it is known by', async () => {
  const data = join(folder, 'enrolled')
  const { port } = new URL(door.url)
  const reaching = ['--center', `https://127.0.0.1:${port}`, '--data', data]
  const trusting = ['--pin', fingerprint()]
  const main = join(import.meta.dirname, '..', '..', 'agent', 'main.ts')
  const asked = ['enrol', ...reaching, ...trusting, '--token', testToken, '--ip', '127.0.0.44', '--json']
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...asked], { env: { PATH: process.env['PATH'] } })
  const enrolled = JSON.parse(stdout)
  expect(enrolled).toMatchObject({ isApproved: true, fingerprint: expect.stringMatching(/^SHA256:/) })
  expect(await center.agents.directory.find('127.0.0.44')).toMatchObject({ agentId: enrolled.agentId })
  // Again, without a token, by the certificate as authority, and for people.
  const text = await enrolCommanded([...reaching, '--ca', join(folder, 'gateway.crt')])
  expect(text).toBe(`agent: ${enrolled.agentId}\nkey:   ${enrolled.fingerprint}\nstate: enrolled\ndata:  ${data}\n`)
  const stranger = enrolCommanded([...reaching.with(3, join(folder, 'stranger')), ...trusting, '--token', 'wrong'])
  await expect(stranger).rejects.toMatchObject({ code: 'JOIN_TOKEN_INVALID' })
})

test('elves-agent enrol says what is missing or can not be', async () => {
  const said = (...args: string[]) => enrolCommanded(['--data', join(folder, 'none'), ...args])
  await expect(said()).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(/^--center .*is missing/) })
  await expect(said('--center', 'center.example')).rejects.toThrow('--center=center.example: expected')
  await expect(said('--center', 'ws://127.0.0.1:1', '--pin', 'x')).rejects.toThrow('64 hex digits')
  await expect(said('--center', 'ws://127.0.0.1:1', '--timeout', 'x')).rejects.toThrow('--timeout=x: expected')
  const unreachable = said('--center', 'ws://127.0.0.1:1', '--timeout', '1')
  await expect(unreachable).rejects.toMatchObject({ code: 'CENTER_UNREACHABLE', message: expect.stringContaining('ECONNREFUSED') })
})

test('elves-agent rotate-key changes the key at the center; a copy of the earlier one is refused, and a kill at any moment leaves a working agent', async () => {
  const data = await mkdtemp(join(folder, 'rotating-'))
  const identity = join(data, 'identity.json')
  const reaching = ['--center', `https://127.0.0.1:${new URL(door.url).port}`, '--pin', fingerprint(), '--data', data]
  await expect(rotateCommanded(reaching)).rejects.toThrow('there is no agent with a key')
  const first = JSON.parse(await enrolCommanded([...reaching, '--token', testToken, '--json']))
  await copyFile(identity, `${identity}.stolen`)

  // While the agent has its folder, the new key waits beside the old one, and a second call makes no third.
  const running = await claimDataFolder(data)
  expect(await rotateCommanded(reaching)).toBe('state: the agent takes its new key at its next start: restart it\n')
  const both = await readFile(identity, 'utf8')
  expect(await rotateCommanded(reaching)).toContain('next start')
  expect(await readFile(identity, 'utf8')).toBe(both)
  await running.stop()

  // Its next start, whatever starts there.
  const second = JSON.parse(await enrolCommanded([...reaching, '--json']))
  expect(second.agentId).toBe(first.agentId)
  expect(second.fingerprint).not.toBe(first.fingerprint)
  expect((await center.agents.types()).filter((type) => type === 'AgentKeyRotated')).toHaveLength(1)
  expect(Object.keys(JSON.parse(await readFile(identity, 'utf8')))).toEqual(['agentId', 'privateKey'])

  // Killed after the center knew the new key and before the file did.
  const kept = await readFile(identity, 'utf8')
  await writeFile(identity, both)
  expect(JSON.parse(await enrolCommanded([...reaching, '--json']))).toMatchObject({ fingerprint: second.fingerprint })
  expect(await readFile(identity, 'utf8')).toBe(kept)

  await copyFile(`${identity}.stolen`, identity)
  await expect(enrolCommanded(reaching)).rejects.toMatchObject({ code: 'AGENT_KEY_MISMATCH' })
  // Nor does the earlier key get in with a new one beside it.
  await expect(rotateCommanded(reaching)).rejects.toMatchObject({ code: 'AGENT_KEY_MISMATCH' })
})
