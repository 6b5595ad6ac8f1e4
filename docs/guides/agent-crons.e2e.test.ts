import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setOwnCrons, sharedPlatform, type TestPlatform, testedRunner } from '@elves/tests/support/platform.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The samples of the guide, run on a platform with one agent. Containers do not see a file of this machine. */

const guide = readFileSync(join(import.meta.dirname, 'agent-crons.md'), 'utf8')
const samples = [...guide.matchAll(/^```(?:json|graphql)\n([\s\S]*?)^```$/gm)].map(([, sample = '']) => sample)
const hasFile = testedRunner !== null
let platform: TestPlatform

beforeAll(async () => {
  if (hasFile) platform = await sharedPlatform()
})

afterAll(async () => {
  if (hasFile) await setOwnCrons(platform, '{}')
  await platform?.dispose()
})

interface Shown {
  readonly crons: readonly object[]
}

test.skipIf(!hasFile)('the file of the guide runs, and its queries show it', async () => {
  const [file = '', agents = '', tasks = '', ...more] = samples
  expect(more).toEqual([])
  await setOwnCrons(platform, file)
  // By a run that has ended, not by the last one: one starts each second, so on a busy machine the last one has hardly ever ended.
  const ended = '{ tasks(filter: { kinds: [AGENT_CRON], states: [SUCCEEDED] }, first: 100) { nodes { agentId } } }'
  const shown = await waitFor(
    async () => {
      const { agents: all } = await platform.graphql<{ agents: { nodes: Shown[] } }>(agents)
      const { tasks: runs } = await platform.graphql<{ tasks: { nodes: { agentId: string }[] } }>(ended)
      // Agents of other tests have no crons.
      const own = all.nodes.filter(({ crons }) => crons.length > 0)
      const wanted = platform.ready().agents.length
      return own.length >= wanted && new Set(runs.nodes.map(({ agentId }) => agentId)).size >= wanted && own
    },
    { timeoutMs: 60_000, what: 'a run of each agent' },
  )
  const cron = { id: 'QWASZXCVDFERTYGH', comment: 'says hello each second', mode: 'NP', isEnabled: true, error: null }
  for (const one of shown) expect(one).toMatchObject({ cronFileError: null, droppedCronRuns: null, crons: [cron] })
  // The last runs of a file that another test gave these agents may be newer than the first ones of this.
  const run = await waitFor(
    async () => {
      const { tasks: runs } = await platform.graphql<{ tasks: { nodes: { cronId: string }[] } }>(tasks)
      return runs.nodes.find(({ cronId }) => cronId === cron.id)
    },
    { timeoutMs: 60_000, what: 'a run of the guide among the newest' },
  )
  expect(run).toMatchObject({ kind: 'AGENT_CRON', requestedBy: { kind: 'AGENT' } })
})
