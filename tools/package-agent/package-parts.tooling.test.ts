import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv, promisify } from 'node:util'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { settingsOf } from '@elves/core/foundation/setting-readers.ts'
import { smallRoot } from '@elves/tests/support/small-root.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agentEnvFile } from './agent-env.ts'
import { debName, writeDeb } from './archives.ts'
import { bundleAgent } from './bundle.ts'
import { slimElf } from './slim-elf.ts'

const run = promisify(execFile)
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-package-parts-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('a slim program is smaller and runs', async () => {
  const program = await readFile(process.execPath)
  const slim = slimElf(program)
  expect(slim.length).toBeLessThan(program.length)
  const file = join(folder, 'node')
  await writeFile(file, slim, { mode: 0o755 })
  const { stdout } = await run(file, [
    '-p',
    'require("crypto").createHash("sha256").update("x").digest("hex").length + new Intl.NumberFormat("de").format(1e6)',
  ])
  expect(stdout).toBe('641.000.000\n')
  expect(() => slimElf(Buffer.from('#!/bin/sh'))).toThrow('not a 64-bit program')
})

test('the configuration file sets nothing, and each line of it fits once its comment is taken away', () => {
  const file = agentEnvFile()
  expect(parseEnv(file)).toEqual({})
  const lines = file.split('\n').filter((line) => /^#ELVES_/.test(line))
  expect(lines.map((line) => line.slice(1, line.indexOf('='))).toSorted()).toEqual([...settingsOf.agent].toSorted())
  expect(() => readSettings(parseEnv(lines.map((line) => line.slice(1)).join('\n')))).not.toThrow()
})

test('the bundle needs nothing beside it, and loads Kafka and Thrift when it needs them only', async () => {
  const { files, licenses } = await bundleAgent()
  for (const { name, code } of files) await writeFile(join(folder, name), code)
  const [file, own] = [join(folder, 'elves-agent.cjs'), files.map(({ name }) => `./${name}`)]
  const [main, ...others] = files
  expect(main?.name).toBe('elves-agent.cjs')
  for (const rare of ['KafkaJSNonRetriableError', 'Bad version in readMessageBegin']) {
    expect(main?.code.includes(rare)).toBe(false)
    expect(others.some(({ code }) => code.includes(rare))).toBe(true)
  }
  const code = files.map((one) => one.code).join('\n')
  expect(/[^\0-\x7f]/.test(code)).toBe(false)
  // Whatever is loaded by name is a module of Node, or an add-on that `ws` does without.
  const loaded = [...code.matchAll(/\brequire\(["'`]([^"'`]+)["'`]\)/g)].map(([, name = '']) => name.replace(/^node:/, ''))
  expect(loaded.filter((name) => !builtinModules.includes(name) && ![...own, 'bufferutil', 'utf-8-validate'].includes(name))).toEqual([])
  for (const name of ['kafkajs', 'thrift', 'avsc', 'pino', 'ws', 'commander']) expect(licenses).toMatch(new RegExp(`^==== ${name} \\d`, 'm'))
  // Kafka is loaded when an agent links by it: it gets as far as a broker that is not there.
  const env = {
    ELVES_AGENT_LINK: 'kafka',
    ELVES_KAFKA_BROKERS: '127.0.0.1:1',
    ELVES_AGENT_IP: '10.0.0.1',
    ELVES_AGENT_DATA_DIR: join(folder, 'data'),
  }
  const agent = spawn(process.execPath, [file], { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(agent, 'exit')
  let said = ''
  agent.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk
  })
  try {
    await waitFor(() => agent.exitCode !== null || said.includes('no link to the center'), { timeoutMs: 50_000, what: 'a try of the link' })
    expect(said).toContain('no link to the center')
    expect(said).not.toMatch(/Cannot find module|is not defined|is not a function/)
  } finally {
    agent.kill('SIGKILL')
    await exited
  }
})

test('a .deb keeps identity and configuration when it is removed, and takes them away when it is purged', async (context) => {
  if (process.getuid?.() !== 0) context.skip('only as root')
  const layout = join(folder, 'elves-agent')
  for (const part of ['bin', 'lib', 'share']) await mkdir(join(layout, part), { recursive: true })
  const contents = {
    'bin/elves-agent': '#!/bin/sh\n',
    'lib/node': 'x',
    'share/agent.env': '# settings\n',
    'share/elves-agent.service': '[Unit]\n',
    'share/LICENSES.txt': 'x',
  }
  for (const [file, text] of Object.entries(contents)) await writeFile(join(layout, file), text)
  await chmod(join(layout, 'bin/elves-agent'), 0o755)
  const file = join(folder, debName('1.2.3', 'x64'))
  if (!(await writeDeb({ folder: layout, file, level: 1, release: '1.2.3', architecture: 'x64' }))) context.skip('this machine has no dpkg-deb')
  const listed = execFileSync('dpkg-deb', ['-c', file], { encoding: 'utf8' })
  expect(listed).toMatch(/-rwxr-xr-x root\/root .* \.\/opt\/elves-agent\/bin\/elves-agent\n/)
  expect(listed).toContain('./usr/lib/systemd/system/elves-agent.service')
  expect(listed).toContain('./usr/bin/elves-agent -> /opt/elves-agent/bin/elves-agent')
  expect(execFileSync('dpkg-deb', ['-f', file, 'Architecture', 'Version'], { encoding: 'utf8' })).toBe('Architecture: amd64\nVersion: 1.2.3\n')

  const root = await smallRoot()
  const dpkg = (...args: string[]) => run('dpkg', [`--root=${root.path}`, '--force-depends', ...args])
  try {
    await mkdir(join(root.path, 'var/lib/dpkg/updates'), { recursive: true })
    await mkdir(join(root.path, 'var/lib/dpkg/info'), { recursive: true })
    for (const name of ['status', 'available']) await writeFile(join(root.path, 'var/lib/dpkg', name), '')
    await dpkg('-i', file)
    const config = join(root.path, 'etc/elves-agent/agent.env')
    expect((await stat(config)).mode & 0o777).toBe(0o600)
    const identity = join(root.path, 'var/lib/elves-agent/identity.json')
    await mkdir(join(root.path, 'var/lib/elves-agent'), { recursive: true })
    await writeFile(identity, '{}')
    await writeFile(config, 'ELVES_AGENT_NAME=mine\n')
    await dpkg('-i', file)
    expect(await readFile(config, 'utf8')).toBe('ELVES_AGENT_NAME=mine\n')
    await dpkg('-r', 'elves-agent')
    expect(await readFile(identity, 'utf8')).toBe('{}')
    await expect(stat(join(root.path, 'opt/elves-agent/lib/node'))).rejects.toThrow('ENOENT')
    await dpkg('-P', 'elves-agent')
    for (const gone of [identity, config]) await expect(stat(gone)).rejects.toThrow('ENOENT')
  } finally {
    await root.remove()
  }
})
