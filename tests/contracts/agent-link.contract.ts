import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cancelTask } from '@elves/core/command-api/cancel-task.ts'
import { type RunTaskRequest, runOneTask } from '@elves/core/command-api/run-task.ts'
import { agentLinkStream } from '@elves/core/domain/agent-link/agent-link.ts'
import { taskStream } from '@elves/core/domain/task/task.ts'
import { randomAgentId } from '@elves/core/foundation/ids.ts'
import { outputLog } from '@elves/core/read-models/tasks/output-log.ts'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AgentNames, type LinkAgent, type LinkAgentOptions, type LinkWay, linkAgent } from '../support/link-agent.ts'
import type { LinkCenter } from '../support/link-center.ts'
import { waitFor } from '../support/wait-for.ts'

/** A kind of link, with a real center at its other end. */
export interface LinkUnderTest {
  readonly center: LinkCenter
  way(names: AgentNames): Promise<LinkWay>
  /** Breaks the connection between agents and center; resolves when it works again. */
  cut(): Promise<void>
  close(): Promise<void>
}

const caller = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c-1', metadata: {} } as const
const patience = { timeoutMs: 90_000 }
let ips = 0

/** What every kind of agent link promises. */
export function agentLinkContract(makeLink: () => Promise<LinkUnderTest>): void {
  let made: LinkUnderTest
  let folder: string
  const agents: LinkAgent[] = []
  beforeAll(async () => {
    made = await makeLink()
    await made.center.start()
  }, 240_000)
  afterAll(() => made?.close(), 120_000)
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'elves-link-'))
  })
  afterEach(async () => {
    for (const agent of agents.splice(0)) await agent.stop()
    await rm(folder, { recursive: true, force: true })
  })

  function newNames() {
    ips += 1
    return { agentId: randomAgentId(), ip: `10.${process.pid % 250}.${ips >> 8}.${ips & 255}` }
  }

  async function start(changes: Partial<LinkAgentOptions> = {}): Promise<LinkAgent> {
    const agent = await linkAgent({ ...newNames(), dataDir: folder, way: (names) => made.way(names), ...changes })
    agents.push(agent)
    return agent
  }

  async function enter(changes: Partial<LinkAgentOptions> = {}): Promise<LinkAgent> {
    const agent = await start(changes)
    await waitFor(() => agent.link.isUp, { what: 'the welcome', ...patience })
    return agent
  }

  /** Starts another process on the data folder of one that is gone. */
  async function startAgain(agent: LinkAgent, ip: string, changes: Partial<LinkAgentOptions> = {}): Promise<LinkAgent> {
    return enter({ agentId: agent.agentId, ip, ...changes })
  }

  async function run(agentId: string, func = 'now', changes: Partial<RunTaskRequest> = {}): Promise<string> {
    const request = { agent: agentId, app: 'app', func, param: null, proxy: null, processor: false, timeoutMs: 60_000, wait: false }
    const answer = await runOneTask(made.center.service.api, caller, { ...request, idempotencyKey: null, ...changes })
    if (answer.refusal) throw new Error(answer.refusal.code)
    return answer.taskId
  }

  async function types(stream: string): Promise<string[]> {
    return (await made.center.store.readStreams([stream])).flat().map(({ event }) => event.type)
  }

  const historyOf = (taskId: string) => types(taskStream(taskId))
  const linkOf = (agentId: string) => types(agentLinkStream(agentId))

  async function ended(taskId: string): Promise<string[]> {
    const isEnded = async () => {
      const history = await historyOf(taskId)
      return /^Task(Succeeded|Failed|TimedOut|Cancelled|Rejected|Lost)$/.test(history.at(-1) ?? '') ? history : null
    }
    return waitFor(isEnded, { what: `the end of ${taskId}`, ...patience })
  }

  const wholeRun = ['TaskRequested', 'TaskDispatched', 'TaskAcknowledged', 'TaskStarted', 'TaskSucceeded']

  test('lets an agent in, and the log says so before the welcome', async () => {
    const agent = await enter()
    expect(await linkOf(agent.agentId)).toEqual(['AgentConnected'])
  })

  test('refuses a wrong join token with its code, and nothing is written', async () => {
    const agent = await start({ joinToken: 'guessed' })
    await waitFor(() => agent.refusals.length > 0, patience)
    expect(agent.refusals).toEqual(['JOIN_TOKEN_INVALID'])
    expect(agent.link.isUp).toBe(false)
    expect(await linkOf(agent.agentId)).toEqual([])
  })

  test('hands each agent only what is for it', async () => {
    const others = await mkdtemp(join(folder, 'other-'))
    const one = await enter()
    const other = await enter({ dataDir: others })
    const ofOne = [await run(one.agentId), await run(one.agentId)]
    const ofOther = [await run(other.agentId)]
    for (const taskId of [...ofOne, ...ofOther]) expect(await ended(taskId)).toEqual(wholeRun)
    expect(one.started()).toEqual(ofOne)
    expect(other.started()).toEqual(ofOther)
  })

  test('brings the reports of many tasks, those of each in their order, once', async () => {
    const agent = await enter()
    const taskIds = await Promise.all(Array.from({ length: 60 }, () => run(agent.agentId)))
    for (const taskId of taskIds) expect(await ended(taskId)).toEqual(wholeRun)
    expect(agent.started().toSorted()).toEqual(taskIds.toSorted())
  })

  test('gives a receipt only for what is durable', async () => {
    const seen: Promise<string[]>[] = []
    const agent = await enter({
      onReceipted(reports) {
        for (const { name, value } of reports) if (name === 'AttemptEnded') seen.push(historyOf(value.taskId))
      },
    })
    await run(agent.agentId)
    await run(agent.agentId)
    await waitFor(() => seen.length === 2, patience)
    expect(await Promise.all(seen)).toEqual([wholeRun, wholeRun])
  })

  test('brings what a run prints, whole and once, though the link breaks under it', async () => {
    const agent = await enter()
    const taskId = await run(agent.agentId, 'long')
    await waitFor(() => agent.started().includes(taskId), patience)
    const tap = agent.output.open({ taskId, attempt: 1 })
    const lines = Array.from({ length: 3_000 }, (_, index) => `line ${index}: ${'é'.repeat(40)}\n`)
    const write = (from: number, to: number) => {
      for (const [index, line] of lines.slice(from, to).entries()) tap.write(index % 7 === 0 ? 'ERR' : 'OUT', Buffer.from(line))
    }
    write(0, 1_000)
    const slice = (from = 0) => outputLog.queries.slice(made.center.database.pool, '', { taskId, attempt: 1, from, bytes: 2 ** 20 })
    await waitFor(async () => ((await slice())?.kept ?? 0) > 0, { what: 'the first output', ...patience })
    write(1_000, 2_000)
    await made.cut()
    write(2_000, 3_000)
    tap.end(false)
    agent.runner.end(taskId)
    const found = await waitFor(async () => ((await slice())?.isEnded ? slice() : null), { what: 'the end of the output', ...patience })
    const whole = lines.join('')
    expect(found).toMatchObject({ kept: Buffer.byteLength(whole), printed: Buffer.byteLength(whole), cut: null })
    let text = ''
    for (let at = 0; at < found.kept; ) {
      const next = await slice(at)
      text += next?.segments.map((segment) => segment.text).join('') ?? ''
      at = next?.next ?? found.kept
    }
    expect(text).toBe(whole)
    // What had no receipt before the cut is reported again, which the log says.
    expect((await ended(taskId)).filter((type) => type !== 'TaskReportIgnored')).toEqual(wholeRun)
  })

  test('brings a cancel to the run that it is for', async () => {
    const agent = await enter()
    const taskId = await run(agent.agentId, 'long')
    await waitFor(async () => (await historyOf(taskId)).includes('TaskStarted'), patience)
    await made.center.service.api.call(cancelTask, caller, { id: taskId, reason: 'enough' })
    expect((await ended(taskId)).slice(-2)).toEqual(['TaskCancelRequested', 'TaskCancelled'])
  })

  test('after a cut the agent comes back, what it did meanwhile is reported once, and nothing is run twice', { timeout: 240_000 }, async () => {
    const agent = await enter()
    const running = await run(agent.agentId, 'long')
    await waitFor(async () => (await historyOf(running)).includes('TaskStarted'), patience)
    const cutting = made.cut()
    agent.runner.end(running)
    await cutting
    const next = await run(agent.agentId)
    expect((await ended(running)).filter((type) => type !== 'TaskReportIgnored')).toEqual(wholeRun)
    expect((await ended(next)).filter((type) => type !== 'TaskReportIgnored')).toEqual(wholeRun)
    expect(agent.started()).toEqual([running, next])
    expect(await linkOf(agent.agentId)).toEqual(['AgentConnected'])
  })

  test('over a restart of the center no report is lost, and the log says nothing of it', async () => {
    const agent = await enter()
    const running = await run(agent.agentId, 'long')
    await waitFor(async () => (await historyOf(running)).includes('TaskStarted'), patience)
    await made.center.stop()
    agent.runner.end(running)
    await made.center.start()
    expect((await ended(running)).filter((type) => type !== 'TaskReportIgnored')).toEqual(wholeRun)
    const next = await run(agent.agentId)
    expect((await ended(next)).filter((type) => type !== 'TaskReportIgnored')).toEqual(wholeRun)
    expect(agent.started()).toEqual([running, next])
    expect(await linkOf(agent.agentId)).toEqual(['AgentConnected'])
  })

  test('what an agent was sent while it was down reaches its next process, once', async () => {
    const { agentId, ip } = newNames()
    const first = await enter({ agentId, ip })
    await first.drop()
    const taskId = await run(agentId)
    const second = await startAgain(first, ip)
    expect(await ended(taskId)).toEqual(wholeRun)
    expect([first.started(), second.started()]).toEqual([[], [taskId]])
  })

  test('an end that the center did not hear of is reported by the next process', async () => {
    const { agentId, ip } = newNames()
    const first = await enter({ agentId, ip })
    const taskId = await run(agentId, 'long')
    await waitFor(async () => (await historyOf(taskId)).includes('TaskStarted'), patience)
    await first.drop()
    const second = await startAgain(first, ip)
    expect((await ended(taskId)).at(-1)).toBe('TaskFailed')
    expect(second.started()).toEqual([])
  })

  test('what was sent to a journal that is gone is not run', async () => {
    const { agentId, ip } = newNames()
    const first = await enter({ agentId, ip })
    await first.drop()
    const taskId = await run(agentId)
    await rm(join(folder, 'journal'))
    const second = await startAgain(first, ip)
    const next = await run(agentId)
    expect(await ended(next)).toEqual(wholeRun)
    expect(['TaskLost', 'TaskRejected']).toContain((await ended(taskId)).at(-1))
    expect(second.started()).toEqual([next])
  })

  test('an instruction that has expired is reported, not run', async () => {
    await made.center.stop()
    await made.center.start({ startAllowanceMs: -5_000 })
    try {
      const agent = await enter()
      const taskId = await run(agent.agentId)
      expect((await ended(taskId)).at(-1)).toBe('TaskRejected')
      expect(agent.started()).toEqual([])
    } finally {
      await made.center.stop()
      await made.center.start()
    }
  })

  test('an agent that is there although it was called lost is connected again', async () => {
    await made.center.stop()
    await made.center.start({ agentLostAfterMs: 5_000 })
    try {
      const agent = await enter()
      // As if the database had been away: no agent counts as seen, until this one is lost.
      const forget = `update elves.agent_liveness set last_seen_at = last_seen_at - interval '1 hour' where agent_id = $1`
      const isLost = async () => {
        await made.center.database.pool.query(forget, [agent.agentId])
        return (await linkOf(agent.agentId)).includes('AgentLost')
      }
      await waitFor(isLost, patience)
      await waitFor(async () => (await linkOf(agent.agentId)).at(-1) === 'AgentRecovered', patience)
      expect(await ended(await run(agent.agentId))).toEqual(wholeRun)
    } finally {
      await made.center.stop()
      await made.center.start()
    }
  })

  test('a goodbye ends the link at once', async () => {
    const agent = await enter()
    await agent.stop()
    await waitFor(async () => (await linkOf(agent.agentId)).at(-1) === 'AgentDisconnected', patience)
    await expect(run(agent.agentId)).rejects.toThrow('AGENT_OFFLINE')
  })

  test('a second process of the same agent is refused while the first one is there, and not when it is gone', async () => {
    const { agentId, ip } = newNames()
    const first = await enter({ agentId, ip })
    const elsewhere = await mkdtemp(join(folder, 'copy-'))
    const second = await start({ agentId, ip, dataDir: elsewhere })
    await waitFor(() => second.refusals.length > 0, patience)
    expect(second.refusals[0]).toBe('AGENT_DUPLICATE')
    expect(await ended(await run(agentId))).toEqual(wholeRun)
    expect(await linkOf(agentId)).toContain('AgentDuplicateRefused')
    await first.drop()
    await waitFor(() => second.link.isUp, patience)
    expect((await linkOf(agentId)).at(-1)).toBe('AgentConnected')
  })
}
