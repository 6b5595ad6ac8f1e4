import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { release } from '@elves/core/foundation/release.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Edge, edge } from '../tests/edge.ts'
import { lineOf } from './agent-packages.ts'
import { installLine } from './install-script.ts'

let it: Edge
let folder: string
const headers = { host: 'localhost:4100' }
const name = `elves-agent-${release}-linux-x64.tar.gz`
const bytes = Buffer.from('not really an archive')
const sha256 = createHash('sha256').update(bytes).digest('hex')
const get = (url: string, more = {}) => it.server.inject({ url, headers: { ...headers, ...more } })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-agent-packages-'))
  await writeFile(join(folder, name), bytes)
  await writeFile(join(folder, 'elves-agent-0.0.1-linux-arm64.tar.gz'), bytes)
  await writeFile(join(folder, 'secrets.json'), '{}')
  it = await edge({ env: { ELVES_PACKAGES_DIR: folder } })
})
afterAll(async () => {
  await it?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('serves an archive with its SHA-256, and not again to who has it', async () => {
  const answer = await get(`/agent/packages/${name}`)
  expect(answer.statusCode).toBe(200)
  expect(answer.rawPayload).toEqual(bytes)
  expect(answer.headers).toMatchObject({ etag: `"${sha256}"`, 'content-length': `${bytes.length}`, 'cache-control': 'no-cache' })
  const again = await get(`/agent/packages/${name}`, { 'if-none-match': `"${sha256}"` })
  expect([again.statusCode, again.rawPayload.length]).toEqual([304, 0])
  expect((await get('/agent/packages/SHA256SUMS')).body).toContain(`${sha256}  ${name}\n`)
})

test('serves an archive that was replaced as it is now', async () => {
  const other = 'elves-agent_0.0.2_amd64.deb'
  await writeFile(join(folder, other), 'one')
  const before = (await get(`/agent/packages/${other}`)).headers['etag']
  await writeFile(join(folder, other), 'another')
  const after = await get(`/agent/packages/${other}`)
  expect(after.body).toBe('another')
  expect(after.headers['etag']).not.toBe(before)
})

test.each(['secrets.json', '..%2f..%2fetc%2fpasswd', 'elves-agent-9-linux-x64.tar.gz'])('serves no %s', async (file) => {
  const answer = await get(`/agent/packages/${file}`)
  expect(answer.statusCode).toBe(404)
  expect(answer.json().error.code).toBe('NOT_FOUND')
})

test('the install script names the center as it was called, and the archives of this release only', async () => {
  const { body, headers: answered } = await get('/agent/install.sh')
  expect(answered['content-type']).toBe('text/x-shellscript; charset=utf-8')
  expect(body).toContain("center='http://localhost:4100'\ngateway='ws://localhost:4100/gateway'\n")
  expect(body).toContain(`packages='x64 ${sha256} ${name}'\n`)
  expect((await get('/agent/gateway')).body).toBe('ws://localhost:4100/gateway\n')
  expect(body).not.toContain('0.0.1')
  expect(body).not.toMatch(/'@[A-Z]+@'/)
  expect(() => execFileSync('sh', ['-n'], { input: body })).not.toThrow()
})

test('the install script names the addresses that are set', async () => {
  const env = {
    ELVES_PUBLIC_URL: 'https://elves.example/',
    ELVES_PUBLIC_GATEWAY_URL: 'wss://gateway.example:4130/gateway',
    ELVES_PACKAGES_DIR: '/not/there',
  }
  const other = await edge({ env })
  const { body } = await other.server.inject({ url: '/agent/install.sh', headers })
  expect(body).toContain("center='https://elves.example'\ngateway='wss://gateway.example:4130/gateway'\n")
  expect(body).toContain("packages=''\n")
  expect((await other.server.inject({ url: '/agent/gateway', headers })).body).toBe('wss://gateway.example:4130/gateway\n')
  const line = lineOf(readSettings({ ...env, ELVES_PUBLIC_PIN: 'cGlu' }), 'abc')
  expect(line).toBe("curl -fsS -k --pinnedpubkey 'sha256//cGlu' 'https://elves.example/agent/install.sh' | ELVES_JOIN_TOKEN='abc' sh")
  expect(lineOf(readSettings({}), 'abc')).toBeNull()
  await other.stop()
})

test('the install script writes a value into the settings as it is, also with what some shells take for an escape', async () => {
  const { body } = await get('/agent/install.sh')
  const config = join(folder, 'agent.env')
  const functions = body.replace(/\nmain "\$@"\n$/, '\n')
  const call = `config='${config}'\nset_value ELVES_AGENT_NAME 'OFFICE\\new'\n`
  execFileSync('sh', ['-s'], { input: functions + call })
  expect(await readFile(config, 'utf8')).toBe("ELVES_AGENT_NAME='OFFICE\\new'\n")
})

test('no host name gets into the script that is not one', async () => {
  expect((await get('/agent/install.sh', { host: "localhost:4100';reboot" })).statusCode).toBe(403)
  expect(() => installLine('http://x/$(reboot)', 'token')).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
  expect(installLine('http://10.0.0.1:4100', 'abc')).toBe("curl -fsS 'http://10.0.0.1:4100/agent/install.sh' | ELVES_JOIN_TOKEN='abc' sh")
})
