import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedPlatform, type TestPlatform, testedRunner } from '../support/platform.ts'
import { isAlive } from '../support/processes.ts'
import { waitFor } from '../support/wait-for.ts'

/** A worker that ignores SIGTERM, its child, and its grandchild with its own session: all are gone before an event says so. */

let platform: TestPlatform

beforeAll(async () => {
  platform = await sharedPlatform()
})

afterAll(() => platform?.dispose())

const roles = ['child', 'grandchild', 'worker']
const slowly = { timeoutMs: 60_000 }
const someProof = expect.stringMatching(/^(VERIFIED|BEST_EFFORT)$/)

interface Ended {
  readonly id: string
  readonly state: string
  readonly failure: { readonly code: string } | null
  readonly history: { readonly nodes: readonly { readonly type: string; readonly recordedAt: string; readonly data: object }[] }
}

interface HardToKill {
  /** Where they note their pids. */
  readonly file: string
  readonly pids: readonly number[]
  /** Resolves as soon as the center has the end, with the task and the processes that were still alive at that moment. */
  readonly ended: Promise<{ task: Ended; living: readonly number[] }>
  /** The last instant, ms since the epoch, at which one of them was seen alive. */
  lastAliveAt(): number
}

/** Runs apptest.children; resolves when worker, child and grandchild are at work. */
async function hardToKill(name: string, timeoutMs: number): Promise<HardToKill> {
  const file = join(platform.dataDir, `hard-to-kill-${name}`)
  const mutation = `mutation ($input: RunTaskInput!) {
    runTask(input: $input) { task { id state failure { code } history { nodes { type recordedAt data } } } }
  }`
  const input = { agent: '127.0.0.1', app: 'apptest', func: 'children', param: { file }, timeoutMs }
  const answered = platform.graphql<{ runTask: { task: Ended } }>(mutation, { input })
  const pids = await Promise.race([waitFor(() => pidsIn(file), { ...slowly, what: 'worker, child and grandchild' }), answered.then(endedTooSoon)])
  const watch = watched(pids)
  const ended = answered
    .then(({ runTask }) => ({ task: runTask.task, living: pids.filter(isAlive) }))
    .finally(() => {
      watch.stop()
    })
  return { file, pids, ended, lastAliveAt: watch.lastAliveAt }
}

function endedTooSoon(answer: unknown): never {
  throw new Error(`the run ended before worker, child and grandchild had noted their pids: ${JSON.stringify(answer)}`)
}

/** Returns null until each of them has noted its pid. */
async function pidsIn(file: string): Promise<number[] | null> {
  const notes = (await readFile(file, 'utf8').catch(() => '')).split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ')]))
  if (notes.length < roles.length) return null
  expect(notes.map(([role]) => role).sort()).toEqual(roles)
  return Promise.all(notes.map(([, pid]) => platform.pidHere(Number(pid))))
}

/** Checks every few ms. Notes the instant before each check: a process that is alive in the check was alive at that instant. */
function watched(pids: readonly number[]): { lastAliveAt(): number; stop(): void } {
  let lastAliveAt = 0
  const timer = setInterval(() => {
    const at = Date.now()
    if (pids.some(isAlive)) lastAliveAt = at
  }, 2)
  return { lastAliveAt: () => lastAliveAt, stop: () => clearInterval(timer) }
}

async function expectGone(run: HardToKill, state: string, code: string | null, type: string, killed: unknown = someProof): Promise<void> {
  const { task, living } = await run.ended
  expect(living).toEqual([])
  expect(task).toMatchObject({ state, failure: code === null ? null : { code } })
  const end = task.history.nodes.at(-1)
  expect(end).toMatchObject({ type, data: { killed } })
  // Both times are by the clock of this machine.
  expect(run.lastAliveAt()).toBeGreaterThan(0)
  expect(run.lastAliveAt()).toBeLessThanOrEqual(Date.parse(end?.recordedAt ?? ''))
}

test('after its timeout all of a run is gone before TaskTimedOut says so', async () => {
  // Long enough for the worker to start and to fork, even on a busy machine.
  const run = await hardToKill('timed-out', 8_000)
  await expectGone(run, 'TIMED_OUT', 'RUN_TIMEOUT', 'TaskTimedOut')
})

test('after a cancel all of a run is gone before TaskCancelled says so', async () => {
  const run = await hardToKill('cancelled', 150_000)
  const running = await waitFor(
    async () =>
      (
        await platform.graphql<{ tasks: { nodes: { id: string; param: { file?: string } | null }[] } }>(
          '{ tasks(filter: { states: [RUNNING] }) { nodes { id param } } }',
        )
      ).tasks.nodes.find(({ param }) => param?.file === run.file),
    { ...slowly, what: 'the running task' },
  )
  expect(run.pids.filter(isAlive)).toEqual(run.pids)
  const cancel = 'mutation ($id: ID!) { cancelTask(input: { id: $id }) { refusal { code } } }'
  expect(await platform.graphql(cancel, { id: running.id })).toEqual({ cancelTask: { refusal: null } })
  await expectGone(run, 'CANCELLED', null, 'TaskCancelled')
})

test('after a kill -9 of the agent all of a run is gone before TaskFailed says that it was interrupted', async () => {
  const run = await hardToKill('interrupted', 150_000)
  expect(run.pids.filter(isAlive)).toEqual(run.pids)
  const agent = (await waitFor(() => platform.readyNow(), slowly)).pids.agents[0]
  if (agent === undefined) throw new Error('the ready file names no agent')
  process.kill(agent, 'SIGKILL')
  // A container ends with its agent, and so does every process in it: the next agent finds nothing to kill.
  await expectGone(run, 'FAILED', 'INTERRUPTED', 'TaskFailed', testedRunner ? someProof : null)
})
