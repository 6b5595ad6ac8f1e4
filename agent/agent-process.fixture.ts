import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { linkAgentCache } from '@elves/tests/support/compile-cache.ts'
import { afterEach, beforeEach } from 'vitest'

/** A worker that writes its function's name to a file, waits for the milliseconds after the dash in that name, and succeeds. */
export const notingWorker = `import sys, time
_, app, func, param = sys.argv
name, _, ms = func.partition('-')
with open('RUNS', 'a') as runs: runs.write(name + '\\n')
time.sleep(int(ms or 0) / 1000)
print('<ElvesWFlag>true</ElvesWFlag><ElvesWResult>' + name + '</ElvesWResult>')
`

export interface StartedAgent {
  readonly child: ChildProcess
  /** What the agent has written to standard error so far. */
  readonly said: () => string
}

export interface AgentStart {
  /** A command that runs the command in its arguments by exec, in its own process. */
  readonly wrapper?: readonly string[]
  /** A descriptor for standard error; without one, the fixture reads it through a pipe. */
  readonly standardError?: number
}

export interface AgentProcesses {
  /** Data folder of the test's agent, with the app `app` in it. */
  readonly folder: () => string
  readonly start: (env?: Readonly<Record<string, string>>, how?: AgentStart) => StartedAgent
  /** Names that the workers noted, in the order of their starts. */
  readonly runs: () => Promise<string[]>
}

/** Gives each test of a file a new data folder and ends the agents that the test started. `defaults` are settings of each start. */
export function agentProcesses(defaults: () => Readonly<Record<string, string>> = () => ({})): AgentProcesses {
  let folder = ''
  const children: ChildProcess[] = []
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'elves-agent-'))
    await linkAgentCache(folder)
    await mkdir(join(folder, 'apps', 'app'), { recursive: true })
    await writeFile(join(folder, 'apps', 'app', 'app-worker.py'), notingWorker.replace('RUNS', join(folder, 'started.txt')))
  })
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await rm(folder, { recursive: true, force: true })
  })
  return {
    folder: () => folder,
    start: (env = {}, { wrapper = [], standardError } = {}) => {
      const own = {
        ELVES_AGENT_DATA_DIR: folder,
        ELVES_LOG_LEVEL: 'warn',
        ELVES_AGENT_STOP_GRACE_MS: '100',
        ELVES_AGENT_WORKER_NICE: '0',
        ...defaults(),
        ...env,
      }
      const [file = '', ...args] = [...wrapper, process.execPath, join(import.meta.dirname, 'main.ts')]
      const child = spawn(file, args, {
        env: { PATH: process.env['PATH'], ...own },
        stdio: ['ignore', 'pipe', standardError ?? 'pipe'],
      })
      let text = ''
      child.stderr?.on('data', (chunk) => {
        text += chunk
      })
      children.push(child)
      return { child, said: () => text }
    },
    runs: async () => (await readFile(join(folder, 'started.txt'), 'utf8').catch(() => '')).split('\n').filter(Boolean),
  }
}
