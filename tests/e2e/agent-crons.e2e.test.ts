import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { npmRun, verifiedOutput } from '../support/npm-run.ts'
import { setOwnCrons, sharedPlatform, type TestPlatform, testedRunner } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** The agents' own crons on the whole platform: over an absence of the center and a kill -9 of an agent. */

let folder: string
let platform: TestPlatform

// Containers do not see a file of this machine.
const hasFile = testedRunner !== null

beforeAll(async () => {
  if (!hasFile) return
  folder = await mkdtemp(join(tmpdir(), 'elves-crons-'))
  platform = await sharedPlatform()
})

afterAll(async () => {
  if (!hasFile) return
  await setOwnCrons(platform, '{}')
  await platform.dispose()
  await rm(folder, { recursive: true, force: true })
})

interface Run {
  readonly id: string
  readonly state: string
  readonly fireAt: string
  readonly agentIp: string
  readonly requestedBy: { readonly kind: string }
  readonly failure: { readonly code: string } | null
}

interface RunPage {
  readonly nodes: readonly Run[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
}

interface Cron {
  readonly id: string
  readonly rule: string
  readonly isEnabled: boolean
  readonly error: string | null
  readonly lastRunAt: string | null
  readonly lastTask: { readonly id: string; readonly state: string } | null
  readonly nextFires: readonly string[]
}

interface Agent {
  readonly id: string
  readonly ip: string
  readonly cronFileError: string | null
  readonly crons: readonly Cron[]
}

/** The platform's own agents; others may be left of earlier tests. */
async function agents(): Promise<readonly Agent[]> {
  const own = platform.ready().agents.map(({ id }) => id)
  const fields = 'id rule isEnabled error lastRunAt lastTask { id state } nextFires(count: 2)'
  const text = `query ($own: [ID!]) { agents(filter: { ids: $own }) { nodes { id ip cronFileError crons { ${fields} } } } }`
  return (await platform.graphql<{ agents: { nodes: Agent[] } }>(text, { own })).agents.nodes
}

/** All runs of one agent's crons, in the order in which the center took them. */
async function runsOf(agent: string): Promise<readonly Run[]> {
  const runs: Run[] = []
  for (let after: string | null = null, isMore = true; isMore; ) {
    const text = `query ($agent: String!, $after: String) { tasks(filter: { agents: [$agent], apps: ["noter"], kinds: [AGENT_CRON] }, first: 500, after: $after) {
      nodes { id state fireAt agentIp requestedBy { kind } failure { code } } pageInfo { hasNextPage endCursor } } }`
    const { tasks }: { tasks: RunPage } = await platform.graphql(text, { agent, after })
    runs.push(...tasks.nodes)
    isMore = tasks.pageInfo.hasNextPage
    after = tasks.pageInfo.endCursor
  }
  return runs.reverse()
}

const ended = (run: Run) => ['SUCCEEDED', 'FAILED'].includes(run.state)
const noted = async () => (await readFile(join(folder, 'noted'), 'utf8').catch(() => '')).split('\n').filter(Boolean)

test.skipIf(!hasFile)('own crons run, with the center or without it; their runs arrive in order and once', async () => {
  const app = join(platform.dataDir, 'apps', 'noter')
  await mkdir(app, { recursive: true })
  const worker = `open(${JSON.stringify(join(folder, 'noted'))}, 'a').write('run\\n')\nprint('<ElvesWFlag>true</ElvesWFlag><ElvesWResult>ok</ElvesWResult>')\n`
  await writeFile(join(app, 'app-worker.py'), worker)
  const every = { Flag: 'true', Comment: 'each second', App: 'noter', Func: 'note', Param: { a: 1.5 }, Timeout: 60, Mode: 'NP', Rule: '* * * * * *' }
  await setOwnCrons(platform, JSON.stringify({ EVERY: every, BROKEN: { ...every, Rule: 'never' } }))
  const all = await waitFor(
    async () => {
      // Not by the last runs: one starts each second, so on a busy machine they are hardly ever all ended at one moment.
      const runs = await Promise.all((await agents()).map(({ id }) => runsOf(id)))
      return runs.length > 0 && runs.every((ofAgent) => ofAgent.some(({ state }) => state === 'SUCCEEDED')) && agents()
    },
    { timeoutMs: 60_000, what: 'a run of each agent' },
  )
  for (const { crons } of all) {
    expect(crons).toMatchObject([
      { id: 'EVERY', isEnabled: true, error: null },
      { id: 'BROKEN', lastTask: null, nextFires: [] },
    ])
    expect(crons[0]?.nextFires).toHaveLength(2)
    expect(crons[1]?.error).toContain('fields')
  }
  expect(await platform.rest('/api/v2/info/agents/detail', { ip: '127.0.0.1', showcron: 'true' })).toMatchObject({
    flag: 'true',
    result: { ip: '127.0.0.1', cron_list: expect.not.arrayContaining(['EVERY']), own_cron_list: ['EVERY', 'BROKEN'] },
  })

  // The center dies; the agents go on.
  const before = (await noted()).length
  await platform.kill()
  await waitFor(async () => (await noted()).length >= before + 3 * all.length, { timeoutMs: 60_000, what: 'runs without the center' })
  await platform.start()
  const withoutCenter = (await noted()).length

  // An agent dies.
  const [killed] = platform.ready().pids.agents
  process.kill(killed ?? 0, 'SIGKILL')
  await waitFor(async () => (await platform.readyNow())?.pids.agents[0] !== killed, { timeoutMs: 60_000, what: 'the new agent' })
  await waitFor(async () => (await noted()).length >= withoutCenter + 3 * all.length, { timeoutMs: 60_000, what: 'runs after the kill' })
  await setOwnCrons(platform, '{}')
  await waitFor(async () => (await agents()).every(({ crons }) => crons.length === 0), { timeoutMs: 60_000, what: 'the empty file at the center' })

  let total = 0
  for (const { id, ip } of all) {
    const runs = await waitFor(
      async () => {
        const found = await runsOf(id)
        return found.every(ended) && found
      },
      { timeoutMs: 60_000, what: `the ends of the runs of ${ip}` },
    )
    const instants = runs.map(({ fireAt }) => Date.parse(fireAt))
    expect(instants).toEqual([...new Set(instants)].sort((a, b) => a - b))
    expect(runs.every(({ agentIp, requestedBy }) => agentIp === ip && requestedBy.kind === 'AGENT')).toBe(true)
    const failed = runs.filter(({ state }) => state === 'FAILED')
    expect(failed.filter(({ failure }) => failure?.code !== 'INTERRUPTED')).toEqual([])
    total += runs.length
    expect(await missed(instants)).toEqual([])
  }
  // What was interrupted may not have run.
  expect((await noted()).length).toBeLessThanOrEqual(total)
  expect(await npmRun('verify', platform.dataDir)).toEqual({ code: 0, output: expect.stringContaining(verifiedOutput) })
})

/** The instants that are missing, apart from one gap for the agent that was killed and the time that it needed to be back. */
async function missed(instants: readonly number[]): Promise<readonly number[]> {
  const gaps = instants.flatMap((at, index) => (index > 0 && at - (instants[index - 1] ?? 0) > 1_000 ? [at] : []))
  return gaps.slice(1)
}
