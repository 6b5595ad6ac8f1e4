import { readFileSync } from 'node:fs'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPlatform, type TestPlatform, testedRunner } from '@elves/tests/support/platform.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The samples of the guide, run on a platform with one agent. Containers do not see a file of this machine. */

const guide = readFileSync(join(import.meta.dirname, 'agent-crons.md'), 'utf8')
const samples = [...guide.matchAll(/^```(?:json|graphql)\n([\s\S]*?)^```$/gm)].map(([, sample = '']) => sample)
const hasFile = testedRunner !== null
let folder: string
let platform: TestPlatform

beforeAll(async () => {
  if (!hasFile) return
  folder = await mkdtemp(join(tmpdir(), 'elves-guide-'))
  platform = await startPlatform({ env: { ELVES_AGENT_CRON_FILE: join(folder, 'cron.json') } })
})

afterAll(async () => {
  await platform?.dispose()
  if (hasFile) await rm(folder, { recursive: true, force: true })
})

test.skipIf(!hasFile)('the file of the guide runs, and its queries show it', async () => {
  const [file = '', agents = '', tasks = '', ...more] = samples
  expect(more).toEqual([])
  await writeFile(join(folder, 'new'), file)
  await rename(join(folder, 'new'), join(folder, 'cron.json'))
  const shown = await waitFor(async () => {
    const found = (await platform.graphql<{ agents: { nodes: { crons: { lastTask: { state: string } | null }[] }[] } }>(agents)).agents.nodes
    return found.every(({ crons }) => crons[0]?.lastTask?.state === 'SUCCEEDED') && found
  })
  const cron = { id: 'QWASZXCVDFERTYGH', comment: 'says hello each second', mode: 'NP', isEnabled: true, error: null }
  for (const one of shown) expect(one).toMatchObject({ cronFileError: null, droppedCronRuns: null, crons: [cron] })
  const { tasks: runs } = await platform.graphql<{ tasks: { nodes: object[] } }>(tasks)
  expect(runs.nodes[0]).toMatchObject({ kind: 'AGENT_CRON', cronId: cron.id, requestedBy: { kind: 'AGENT' } })
})
