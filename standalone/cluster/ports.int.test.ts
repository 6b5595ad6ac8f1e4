import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keptPorts } from '../kept-ports.ts'
import { clusterPlan } from './cluster.ts'
import { clusterPorts } from './ports.ts'

let dir: string
const children: ChildProcess[] = []

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'elves-ports-'))
})

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(dir, { recursive: true, force: true })
})

test('each instance keeps its port over starts, also over one of another size', async () => {
  const scale = { 'command-service': 2, gateway: 2, 'projection-service': 1, 'query-service': 1 }
  const first = await clusterPorts(dir, scale, { http: 4100, gateway: 0 })
  expect(first.fronts.http).toBe(4100)
  const { fronts, kafka, services } = first
  expect(new Set([fronts.gateway, kafka, ...Object.values(services).flat()]).size).toBe(8)
  await clusterPorts(dir, { ...scale, gateway: 1 }, { http: 0, gateway: 0 })
  expect(await clusterPorts(dir, scale, { http: 4100, gateway: 0 })).toEqual(first)
})

test('a port that somebody else has by now is replaced', async () => {
  const { one } = await keptPorts(dir, ['one'])
  const other = createServer().listen(one, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  try {
    const again = await keptPorts(dir, ['one'])
    expect(again['one']).not.toBe(one)
  } finally {
    other.close()
  }
})

/** Runs a module with this text until it is killed; returns its process and its first line. */
async function running(text: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', text, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, line: String(line).trim() }
}

test('a port that another platform has chosen is not chosen again, though nobody listens there yet', async () => {
  const freePortModule = join(import.meta.dirname, '..', 'free-port.ts')
  const { line: port } = await running(`
    import { freePort } from ${JSON.stringify(freePortModule)}
    console.log(await freePort())
    setInterval(() => {}, 1000)`)
  await writeFile(join(dir, 'ports.json'), JSON.stringify({ kafka: Number(port) }))
  expect(await keptPorts(dir, ['kafka'])).not.toEqual({ kafka: Number(port) })
})

test('no port is one that the system gives to outgoing connections', async () => {
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'latin1')
  const [first = 0, last = 0] = range.trim().split(/\s+/).map(Number)
  const names = Array.from({ length: 20 }, (_, index) => `name-${index}`)
  const ports = Object.values(await keptPorts(dir, names))
  expect(ports.filter((port) => port >= first && port <= last)).toEqual([])
})

test('the broker has its port again where the one of a killed cluster is only about to end', async () => {
  const kafkaDir = join(dir, 'kafka')
  await mkdir(kafkaDir)
  const { kafka } = await keptPorts(dir, ['kafka'])
  const leftBroker = `
    import { createServer } from 'node:net'
    createServer().listen(${kafka}, '127.0.0.1', () => console.log('listening'))
    process.on('SIGTERM', () => setTimeout(() => process.exit(), 500))`
  const { child } = await running(leftBroker, join(kafkaDir, 'server.properties'))
  await writeFile(join(kafkaDir, 'broker.pid'), String(child.pid))
  child.kill('SIGTERM')
  const size = { scale: { 'command-service': 1, gateway: 1, 'projection-service': 1, 'query-service': 1 }, agents: [] }
  const env = { ELVES_HTTP_PORT: '0', ELVES_DATA_DIR: dir }
  await clusterPlan({ size, logLevels: {}, components: {}, settings: readSettings(env), env, dataDir: dir }).check?.(null)
  expect(JSON.parse(await readFile(join(dir, 'ports.json'), 'utf8')).kafka).toBe(kafka)
})
