import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Launched, launchedCluster } from '@elves/standalone/launched.ts'
import type { ClusterReady } from '@elves/standalone/ready-file.ts'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { databaseUrlOf } from '../support/database-url.ts'
import { askGraphql } from '../support/doors.ts'
import { cleanEnv, kafkaEnv, newDataDir } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** The cluster of the guide: queues in processes of their own, beside one that runs all the rest. */

let cluster: Launched<ClusterReady>
let dataDir: string

beforeAll(async () => {
  dataDir = await newDataDir()
  const guide = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'guides', 'components.md'), 'utf8')
  const [, args = ''] = /^npm run cluster -- ((?:.*\\\n)*.*)$/m.exec(guide) ?? []
  const env = { ...cleanEnv(), ...kafkaEnv(), ELVES_HTTP_PORT: '0' }
  cluster = await launchedCluster({ dataDir, env, args: args.replaceAll('\\\n', ' ').trim().split(/\s+/) })
})

afterAll(async () => {
  await cluster?.stop()
})

async function owners(): Promise<Record<string, string>> {
  const url = await databaseUrlOf(dataDir)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string; owner: string }>('select name, owner from elves.leases where owner is not null')
    return Object.fromEntries(rows.map(({ name, owner }) => [name, owner]))
  } finally {
    await client.end()
  }
}

async function runQueue(): Promise<void> {
  const task = { agent: '127.0.0.1', app: 'apptest', func: 'helloword' }
  const create = 'mutation ($tasks: [QueueTaskInput!]) { createQueue(input: { tasks: $tasks, commit: true }) { queue { id } refusal { code } } }'
  const { createQueue } = await askGraphql<{ createQueue: { queue: { id: string } } }>(cluster.ready, create, { tasks: [task, task] })
  const read = 'query ($id: ID!) { queue(id: $id) { state } }'
  await waitFor(
    async () => (await askGraphql<{ queue: { state: string } }>(cluster.ready, read, { id: createQueue.queue.id })).queue.state === 'SUCCEEDED',
    { timeoutMs: 60_000 },
  )
}

test('each component works in the process that is told to run it, and another one that runs it takes over', async () => {
  await runQueue()
  const before = await owners()
  expect(before['queue-runner']).toMatch(/^command-service-[23]/)
  for (const name of ['scheduler', 'waiting-tasks', 'deadlines']) expect(before[name]).toMatch(/^command-service-1/)
  const instance = Number(/^command-service-(\d)/.exec(before['queue-runner'] ?? '')?.[1])
  process.kill(cluster.ready.pids['command-service'][instance - 1] ?? 0, 'SIGKILL')
  await runQueue()
  expect((await owners())['queue-runner']).toMatch(/^command-service-[23]/)
})
