import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClusterReady } from '@elves/standalone/ready-file.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { isAlive } from '../support/processes.ts'
import { waitFor } from '../support/wait-for.ts'

/** What the runner promises of a cluster: a killed process is started again, the others serve meanwhile, a stop leaves nothing. */

const slowly = { timeoutMs: 90_000, everyMs: 50 }
let platform: TestPlatform

beforeAll(async () => {
  // A broker's restart may take long on a busy machine; that must not end a task.
  platform = await startPlatform({ shape: 'cluster', env: { ELVES_START_ALLOWANCE_MS: '120000' } })
})

afterAll(() => platform?.dispose())

async function cluster(): Promise<ClusterReady> {
  return waitFor(async () => (await platform.readyNow()) as ClusterReady | null, { what: 'cluster.json' })
}

/** Repeats the request with the same key until it is answered, as a client does. */
async function runTask(agent: string, idempotencyKey: string): Promise<string> {
  const mutation = 'mutation ($input: RunTaskInput!) { runTask(input: $input) { task { state } refusal { code } } }'
  const input = { agent, app: 'apptest', func: 'helloword', idempotencyKey }
  return waitFor(async () => (await platform.graphql<{ runTask: { task: { state: string } | null } }>(mutation, { input })).runTask.task?.state, {
    ...slowly,
    what: `an answer of ${agent}`,
  })
}

const kinds = ['query-service', 'gateway', 'command-service', 'projection-service', 'kafka', 'agents', 'postgres'] as const

test.each(kinds)('a %s that is killed is started again, cluster.json names the new one, and tasks go on', async (kind) => {
  const before = await cluster()
  const pids = [before.pids[kind] ?? []].flat()
  const killed = pids[0] ?? 0
  process.kill(killed, 'SIGKILL')
  // Tasks run meanwhile, on the agents on Kafka and on gateways.
  const answers = await Promise.all(before.agents.map(({ ip }) => runTask(ip, `after ${kind} ${ip}`)))
  expect(answers.filter((state) => state !== 'SUCCEEDED')).toEqual([])
  const after = await waitFor(
    async () => {
      const now = await cluster()
      return [now.pids[kind] ?? []].flat().includes(killed) ? null : now
    },
    { ...slowly, what: `the new ${kind} in cluster.json` },
  )
  const others = (said: ClusterReady) => ({ ...said.pids, [kind]: [said.pids[kind] ?? []].flat().slice(1) })
  expect(others(after)).toEqual(others(before))
  expect([after.pids[kind] ?? []].flat().map(isAlive)).toEqual(pids.map(() => true))
})

test('every instance answers for itself at the address that cluster.json names', async () => {
  const { instances } = await cluster()
  const urls = Object.values(instances).flat()
  expect(urls).toHaveLength(8)
  const ready = async (url: string) => (await fetch(`${url}/readyz`)).status
  await waitFor(async () => (await Promise.all(urls.map(ready))).every((status) => status === 200), { ...slowly, what: 'every instance ready' })
})

test('the lines of every process are in one log, each with its name', async () => {
  const log = await readFile(join(platform.dataDir, 'logs', 'cluster.log'), 'utf8')
  const names = new Set(log.split('\n').map((line) => /^([\w-]+) +\| /.exec(line)?.[1]))
  for (const service of ['command-service', 'gateway', 'projection-service', 'query-service', 'agent']) {
    for (const number of [1, 2]) expect(names).toContain(`${service}-${number}`)
  }
  expect(names).toContain('cluster')
})

test('a process gets no secret that is not its business', async () => {
  const { pids } = await cluster()
  const environment = async (pid: number | undefined) => readFile(`/proc/${pid}/environ`, 'utf8')
  for (const pid of [...pids.agents, ...pids['projection-service']]) expect(await environment(pid)).not.toMatch(/ELVES_(SERVICE_SECRET|AUTH_KEY)/)
  for (const pid of pids.agents) expect(await environment(pid)).not.toContain('ELVES_DATABASE_URL')
})

test('after a kill -9 of the runner the next start adopts the agents, and everything else is new', async () => {
  const before = await cluster()
  await platform.kill()
  await waitFor(() => ![before.pids.kafka, before.pids['query-service']].flat().some(isAlive), {
    ...slowly,
    what: 'the end of what the runner had started',
  })
  await platform.start()
  const after = await cluster()
  expect(after.pids.agents).toEqual(before.pids.agents)
  expect([after.url, after.gatewayUrl, after.kafkaBrokers, after.instances]).toEqual([
    before.url,
    before.gatewayUrl,
    before.kafkaBrokers,
    before.instances,
  ])
  expect(await Promise.all(after.agents.map(({ ip }) => runTask(ip, `adopted ${ip}`)))).toEqual(after.agents.map(() => 'SUCCEEDED'))
})

test('a stop ends everything, in order and within its time', async () => {
  expect(await platform.stop()).toBe(0)
  expect(await platform.leftovers()).toEqual([])
  expect(await platform.readyNow()).toBeNull()
})
