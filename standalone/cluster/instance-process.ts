import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { until } from '@elves/core/foundation/waiting.ts'
import { isChildGone, stopChild } from '../child-end.ts'
import { dyingWithParent } from '../dying-with-parent.ts'
import type { Instance } from '../kept-running.ts'
import type { ProbeAnswer } from '../probe.ts'
import type { Env } from '../runner/plan.ts'
import { spawned } from '../spawned.ts'
import { refuseStopped } from '../stopping.ts'

/** An instance of a service, in its own process. */
export interface InstanceProcess extends Instance {
  readonly isEnded: () => boolean
  /** Its last lines, for people. */
  readonly lastLines: () => string
}

export interface InstanceProcessOptions {
  /** Path of its main.ts. */
  readonly main: string
  readonly env: Env
  readonly onLine: (line: string) => void
  /** How long a stop waits for the process before it kills it. */
  readonly stopMs: number
}

const keptLines = 10
const killMs = 10_000

/** Spawns the process; it may still end at once. Call this from the main thread: the parent-death signal belongs to the thread. */
export function instanceProcess({ main, env, onLine, stopMs }: InstanceProcessOptions): InstanceProcess {
  const command = [...dyingWithParent('KILL'), process.execPath, main]
  const child = spawned(command[0] as string, command.slice(1), {
    env,
    // Out of the terminal's process group: Ctrl-C goes only to the runner, which decides the order of stopping.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const input of [child.stdout, child.stderr]) {
    if (!input) continue
    createInterface({ input }).on('line', (line) => {
      lines.push(line)
      if (lines.length > keptLines) lines.shift()
      onLine(line)
    })
  }
  const isEnded = () => isChildGone(child)
  const stop = () =>
    stopChild(child, [
      ['SIGTERM', stopMs],
      ['SIGKILL', killMs],
    ])
  const ended = endOf(child)
  return { pid: child.pid ?? -1, ended, isEnded, lastLines: () => lines.join('\n'), stop }
}

/** Waits until the process at this address can do its work. If it ends or the time is up, throws with its last lines. */
export async function untilReady(
  name: string,
  started: InstanceProcess,
  url: string,
  wait: { timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  const { timeoutMs, signal } = wait
  let isReady = false
  await until(async () => {
    isReady = await answersReady(url)
    return isReady || started.isEnded() || signal.aborted
  }, timeoutMs)
  if (isReady) return
  refuseStopped(signal)
  const end = started.isEnded() ? `It ended (${String(await started.ended)})` : `It was not ready after ${timeoutMs / 1000} s`
  const message = `${name} does not start. ${end}; its last lines:\n${started.lastLines()}`
  throw new ElvesError('STORE_UNAVAILABLE', message, { facts: { name } })
}

/** Returns true if the process at this address says that it can do its work. */
export async function answersReady(url: string, timeoutMs = 1_000): Promise<boolean> {
  return (await statusOf(`${url}/readyz`, timeoutMs)) === 200
}

/** Asks whether the process at this address answers at all. One that says it can not work for now is left alone. */
export async function serviceAnswer(url: string, timeoutMs = 10_000): Promise<ProbeAnswer> {
  return (await statusOf(`${url}/healthz`, timeoutMs)) === null ? 'silent' : 'well'
}

/** Returns null if nothing answers in time. */
async function statusOf(url: string, timeoutMs: number): Promise<number | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
    await response.arrayBuffer()
    return response.status
  } catch {
    return null
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => setImmediate(() => resolve(signal ?? `exit code ${code}`)))
  })
}
