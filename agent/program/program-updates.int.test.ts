import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AgentAppReport } from '@elves/schemas/generated/types.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { switchSteps } from '../app-store/app-store.ts'
import { ownProgram } from '../app-store/own-program.ts'
import { type ProgramHost, programHost } from './program.fixture.ts'
import { type AgentProgram, nextStart, readProgramState, writeProgramState } from './program-state.ts'
import { programSteps } from './program-updates.ts'
import { programFolder } from './start-program.ts'

let dataDir: string
let packagePath: string
const opened: Awaited<ReturnType<typeof programHost>>[] = []
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'elves-program-'))
})
afterEach(async () => {
  for (const { store, updates } of opened.splice(0)) {
    updates.stop()
    await store.stop()
  }
  await rm(dataDir, { recursive: true, force: true })
})

/** A package whose program says this version. */
async function packed(version: string, says = version): Promise<AgentProgram> {
  const zip = new ZipFile()
  zip.addBuffer(Buffer.from(`#!/bin/sh\necho ${says}\n`), 'lib/node', { mode: 0o100755 })
  zip.addBuffer(Buffer.from(`program ${version}`), 'lib/elves-agent.cjs')
  zip.end()
  const chunks: Buffer[] = []
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk as Uint8Array))
  const bytes = Buffer.concat(chunks)
  packagePath = join(dataDir, `${version}.zip`)
  await writeFile(packagePath, bytes)
  return { version, sha256: createHash('sha256').update(bytes).digest('hex') }
}

let revision = 0
async function host(changes: Partial<ProgramHost> = {}) {
  const told: Omit<AgentAppReport, 'reportId'>[] = []
  let restarts = 0
  const restart = () => {
    restarts += 1
  }
  const made = await programHost({ dataDir, packagePath, report: (one) => told.push(one), restart, ...changes })
  opened.push(made)
  const want = async (wanted: AgentProgram | null, app = ownProgram) => {
    revision += 1
    const apps = wanted === null ? [] : [{ app, ...wanted, bytes: 1 }]
    made.store.set({ revision, apps, removed: wanted === null ? [app] : [], correlationId: '', logId: 'log' })
    await made.store.idle()
    return told.splice(0).map(({ outcome, code }) => (code === null ? outcome : `${outcome} ${code}`))
  }
  return { ...made, want, restarts: () => restarts }
}

/** What the next start of the agent runs; counts as one. */
async function started() {
  const { run, isTrial, state } = nextStart(readProgramState(dataDir))
  await writeProgramState(dataDir, state)
  return { program: run, isTrial }
}

test('a program is brought, started on trial, and counts when it has reached the center; the one before is kept', async () => {
  const one = await packed('1.0.0')
  const first = await host()
  expect(await first.want(one)).toEqual(['DOWNLOADED', 'SWITCHING'])
  expect(first.restarts()).toBe(1)
  expect(await started()).toEqual({ program: one, isTrial: true })
  const second = await host({ program: one, isTrial: true })
  await second.updates.reached()
  expect(await started()).toEqual({ program: one, isTrial: false })
  expect(await second.want(one)).toEqual(['INSTALLED'])
  const two = await packed('2.0.0')
  const third = await host({ program: one })
  expect(await third.want(two)).toEqual(['DOWNLOADED', 'SWITCHING'])
  const fourth = await host({ ...(await started()) })
  await fourth.updates.reached()
  expect(await fourth.want(two)).toEqual(['INSTALLED'])
  expect((await readdir(join(dataDir, 'app-store', 'versions', ownProgram))).map((name) => name.split('~')[0]).sort()).toEqual(['1.0.0', '2.0.0'])
  expect(fourth.store.apps()).toEqual([])
})

test('a program that crashes is started three times; then the one before counts, and it is not tried again until another one was wanted', async () => {
  const one = await packed('1.0.0')
  await (await host()).want(one)
  for (let start = 1; start <= 3; start++) expect(await started()).toEqual({ program: one, isTrial: true })
  expect(await started()).toEqual({ program: null, isTrial: false })
  const back = await host()
  expect(await back.want(one)).toEqual(['FAILED AGENT_UPDATE_ROLLED_BACK'])
  expect(await back.want(one)).toEqual(['FAILED AGENT_UPDATE_ROLLED_BACK'])
  expect(await back.want(null)).toEqual(['REMOVED'])
  expect(await back.want(one)).toEqual(['DOWNLOADED', 'SWITCHING'])
})

test('a program that does not reach the center gives up by itself', async () => {
  const one = await packed('1.0.0')
  await (await host()).want(one)
  const trial = await host({ ...(await started()), reachMs: 20 })
  await waitFor(() => trial.restarts() === 1)
  expect(await started()).toEqual({ program: null, isTrial: false })
  expect(readProgramState(dataDir).failed).toMatchObject({ program: one, why: expect.stringContaining('20 ms') })
})

test('a program that is not what it says, or for other hosts, changes nothing', async () => {
  const liar = await packed('1.0.0', '0.9.0')
  const first = await host()
  expect(await first.want(liar)).toEqual(['FAILED AGENT_UPDATE_INVALID'])
  expect(await first.want(liar, 'elves-agent-other-cpu')).toEqual(['FAILED AGENT_PLATFORM_OTHER'])
  expect(first.restarts()).toBe(0)
  expect(await started()).toEqual({ program: null, isTrial: false })
})

test('the installed program runs again when none is wanted; where it does not reach the center, the one before does', async () => {
  const one = await packed('1.0.0')
  await host()
  await writeProgramState(dataDir, { current: one, trial: null, failed: null })
  const first = await host({ program: one })
  expect(await first.want(null)).toEqual([])
  expect(first.restarts()).toBe(1)
  expect(await started()).toEqual({ program: null, isTrial: true })
  for (const _ of [2, 3]) await started()
  expect(await started()).toEqual({ program: one, isTrial: false })
  const again = await host({ program: one })
  expect(await again.want(null)).toEqual([])
  expect(again.restarts()).toBe(0)
})

test('a wish that comes while a moment without runs is waited for takes its place', async () => {
  const one = await packed('1.0.0')
  const waiting = Promise.withResolvers<boolean>()
  const first = await host({ whenQuiet: () => waiting.promise })
  const wanted = first.want(one)
  await waitFor(() => existsSync(programFolder(dataDir, one)))
  revision += 1
  first.store.set({ revision, apps: [], removed: [ownProgram], correlationId: '', logId: 'log' })
  await wanted
  expect(first.restarts()).toBe(0)
  expect(await started()).toEqual({ program: null, isTrial: false })
})

describe.each([...switchSteps.filter((step) => step !== 'linked' && step !== 'switched'), ...programSteps])('kill -9 at the step "%s"', (step) => {
  test('leaves the old program or the new one, whole, and the next start goes on', async () => {
    const one = await packed('1.0.0')
    const fixture = join(import.meta.dirname, 'updating.fixture.ts')
    const died = spawnSync(process.execPath, [fixture, dataDir, packagePath, one.sha256, one.version, step])
    expect(died.signal, died.stderr.toString()).toBe('SIGKILL')
    const next = await started()
    const isNoted = step === 'noted' || step === 'passed'
    expect(next).toEqual({ program: isNoted ? one : null, isTrial: step === 'noted' })
    if (isNoted) expect(await readFile(join(programFolder(dataDir, one), 'lib/elves-agent.cjs'), 'utf8')).toBe('program 1.0.0')
    const after = await host({ ...next })
    await after.updates.reached()
    expect(await after.want(one)).toEqual(isNoted ? ['INSTALLED'] : ['DOWNLOADED', 'SWITCHING'])
  })
})
