import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { appPackage, putPackage } from '@elves/tests/support/app-package.ts'
import type { Row } from '../bench.ts'
import type { Center } from '../center.ts'
import { startChild } from '../child.ts'
import { figure } from '../figure.ts'
import { type GraphqlClient, graphqlClient } from '../graphql-client.ts'
import { simulatedAgents } from '../simulated-agents.ts'

const agentCount = 1_000
/** Of what is in a package; it does not get smaller when it is packed. */
const bytes = 1_000_000
const app = 'bench-rollout'
const lookMs = 50

/**
 * A release of an app of 1 MB to 1 000 simulated agents at once, until the log says that the last one has it; baseline: as many plain
 * HTTP clients that download the same bytes from a plain server and check them. Simulated agents download and check as real ones do,
 * but do not unpack.
 */
export const rollout: Row = {
  names: ['rollout-1000'],
  async measure({ center, runs, progress }) {
    const folder = await mkdtemp(join(tmpdir(), 'elves-bench-rollout-'))
    const client = graphqlClient(center, 1)
    try {
      const plain = await plainDownloads(folder, runs, progress)
      progress(`connecting ${agentCount} simulated agents`)
      const agents = await simulatedAgents(center, agentCount, 5, folder)
      const ours: number[] = []
      try {
        await mutate(client, `createApp(input: { name: "${app}" })`)
        await mutate(client, `bindApp(input: { app: "${app}", agents: "platform=simulated" })`)
        for (let run = 0; run < runs; run++) {
          progress(`rollout, run ${run + 1} of ${runs}`)
          ours.push(await released(center, client, `${Date.now()}.${run}`))
        }
        await mutate(client, `unbindApp(input: { app: "${app}", agents: "platform=simulated" })`)
      } finally {
        await agents.stop()
      }
      return [figure('rollout-1000', 'ms', ours, plain)]
    } finally {
      await client.close()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function released(center: Center, client: GraphqlClient, version: string): Promise<number> {
  const { status, body } = await putPackage(center, app, version, await largePackage())
  if (status !== 200) throw new Error(`the package was not taken: ${JSON.stringify(body)}`)
  const startedAt = performance.now()
  await mutate(client, `releaseAppVersion(input: { app: "${app}", version: "${version}" })`)
  for (;;) {
    const query = `{ rollouts(filter: { apps: ["${app}"] }, first: 1) { nodes { to state counts { installed failed } } } }`
    const { rollouts } = await client.request<{
      rollouts: { nodes: readonly { to: string; state: string; counts: { installed: number; failed: number } }[] }
    }>(query)
    const [last] = rollouts.nodes
    if (last?.to === version && last.state !== 'RUNNING') {
      if (last.state !== 'DONE' || last.counts.installed !== agentCount) throw new Error(`the rollout ended so: ${JSON.stringify(last)}`)
      return performance.now() - startedAt
    }
    await delay(lookMs)
  }
}

async function plainDownloads(folder: string, runs: number, progress: (text: string) => void): Promise<number[]> {
  const path = join(folder, 'package.zip')
  const content = await largePackage()
  await writeFile(path, content)
  const sha256 = createHash('sha256').update(content).digest('hex')
  const server = await startChild<number>('baselines/file-server.ts', [path])
  const clients = await startChild<number>('baselines/downloading-clients.ts', [
    `http://127.0.0.1:${server.ready}/`,
    String(agentCount),
    folder,
    sha256,
  ])
  try {
    const durations: number[] = []
    for (let run = 0; run < runs; run++) {
      progress(`plain downloads, run ${run + 1} of ${runs}`)
      durations.push(await clients.ask('download'))
    }
    return durations
  } finally {
    await clients.stop()
    await server.stop()
  }
}

function largePackage(): Promise<Buffer> {
  // Base64 of random bytes is packed to three quarters, which are these bytes.
  return appPackage({ 'app-worker.py': 'print()\n', 'content.txt': randomBytes(bytes).toString('base64') })
}

async function mutate(client: GraphqlClient, call: string): Promise<void> {
  const name = call.slice(0, call.indexOf('('))
  const { [name]: answer } = await client.request<Record<string, { refusal: object | null }>>(`mutation { ${call} { refusal { code message } } }`)
  if (answer?.refusal !== null) throw new Error(`${call}: ${JSON.stringify(answer?.refusal)}`)
}
