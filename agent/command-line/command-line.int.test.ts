import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type TestCenter, testCenter } from '@elves/tests/support/center.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { environmentOf } from './agent-place.ts'

const run = promisify(execFile)
const main = join(import.meta.dirname, '..', 'main.ts')
let folder: string
let center: TestCenter

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-command-line-'))
  center = await testCenter()
})
afterEach(async () => {
  await center.stop()
  await rm(folder, { recursive: true, force: true })
})

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function elvesAgent(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const own = { PATH: process.env['PATH'], ELVES_AGENT_DATA_DIR: join(folder, 'data'), ...env }
  return run(process.execPath, [main, ...args], { env: own }).then(
    (ended) => ({ code: 0, ...ended }),
    (ended: Ended) => ended,
  )
}

test('--check says that a host without a reachable center can not work, why, and makes nothing', async () => {
  const { code, stdout } = await elvesAgent(['--check'], { ELVES_GATEWAY_URL: 'ws://127.0.0.1:1/gateway' })
  expect(stdout).toMatch(/^LACKS +center +http:\/\/127\.0\.0\.1:1 can not be reached: .*ECONNREFUSED/m)
  expect(stdout).toMatch(/^OK +data folder +.*the agent makes it$/m)
  expect(code).toBe(1)
  expect(await readdir(folder)).toEqual([])
})

test('--check reads the settings file that is named, and says what does not fit in it', async () => {
  const file = join(folder, 'agent.env')
  await writeFile(file, `# mine\nELVES_GATEWAY_URL='${center.url}'\nELVES_AGENT_CONCURENCY=1\n`, { mode: 0o644 })
  const { code, stdout } = await elvesAgent(['--check', '--config', file])
  expect(stdout).toMatch(/^WARN +settings file +other users can read/m)
  expect(stdout).toMatch(/^LACKS +settings +\[CONFIG_UNKNOWN\] .*ELVES_AGENT_CONCURRENCY/m)
  expect(code).toBe(1)
})

test.skipIf(process.getuid?.() === 0)('--check says which folder this user can not use', async () => {
  const { code, stdout } = await elvesAgent(['--check'], { ELVES_GATEWAY_URL: center.url, ELVES_AGENT_DATA_DIR: '/root/elves' })
  expect(stdout).toMatch(/^LACKS +data folder/m)
  expect(code).toBe(1)
})

test('--check says that a file is where the data folder should be', async () => {
  await writeFile(join(folder, 'data'), '')
  const { stdout } = await elvesAgent(['--check'], { ELVES_GATEWAY_URL: center.url })
  expect(stdout).toMatch(/^LACKS +data folder +.*is not a folder/m)
})

test('a settings file that is named must be there', async () => {
  const { code, stderr } = await elvesAgent(['--config', join(folder, 'none')])
  expect(stderr).toContain('[CONFIG_INVALID]')
  expect(code).toBe(1)
})

test('refuses options that there are not, and helps with those that there are', async () => {
  expect(await elvesAgent(['--chek'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--check') })
  const { stdout } = await elvesAgent(['--help'])
  for (const named of ['--check', '--version', '--config', 'ELVES_GATEWAY_URL']) expect(stdout).toContain(named)
})

test('the environment takes precedence over the file, and the file over the defaults', async () => {
  const file = join(folder, 'agent.env')
  await writeFile(file, "ELVES_AGENT_NAME=file\nELVES_AGENT_LABELS='a=b,c=d' # two\nLANG=C.UTF-8\n")
  const place = { configFile: file, defaults: { ELVES_AGENT_DATA_DIR: '/var/lib/elves-agent', ELVES_AGENT_LABELS: 'x=y' } }
  expect(environmentOf(place, { ELVES_AGENT_NAME: 'environment' })).toEqual({
    ELVES_AGENT_NAME: 'environment',
    ELVES_AGENT_LABELS: 'a=b,c=d',
    ELVES_AGENT_DATA_DIR: '/var/lib/elves-agent',
    LANG: 'C.UTF-8',
  })
  expect(environmentOf({ ...place, configFile: join(folder, 'none') }, {})).toEqual(place.defaults)
})
