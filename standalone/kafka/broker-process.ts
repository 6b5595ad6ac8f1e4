import { type ChildProcess, execFile } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Logger } from '@elves/core/foundation/log.ts'
import { isChildGone, stopChild } from '../child-end.ts'
import { dyingWithParent } from '../dying-with-parent.ts'
import type { Instance } from '../kept-running.ts'
import { spawned } from '../spawned.ts'

export interface BrokerProcess extends Instance {
  /** Resolves with its last lines when it is gone. */
  readonly ended: Promise<string>
  readonly isEnded: () => boolean
}

export interface JavaProgram {
  readonly java: string
  readonly jars: readonly string[]
  /** The folder of `server.properties` and `logs`. */
  readonly dir: string
  readonly logger: Logger
}

const keptLines = 40
const stopGraceMs = 10_000
const memoryAndStart = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData', '-Xss512k']

/** Makes the broker's data folder; keeps an existing one as it is. Rejects with Kafka's output. */
export async function formatStorage({ java, jars, dir }: JavaProgram, clusterId: string): Promise<void> {
  const args = [...flags(dir), '-cp', jars.join(':'), 'kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', clusterId]
  await promisify(execFile)(java, [...args, '-c', join(dir, 'server.properties')], { cwd: dir, timeout: 120_000 })
}

/** Spawns the broker; it may still end at once. Call this from the main thread: the parent-death signal belongs to the thread. */
export function brokerProcess({ java, jars, dir, logger }: JavaProgram): BrokerProcess {
  const command = [...dyingWithParent('TERM'), java, ...flags(dir), '-cp', jars.join(':'), 'kafka.Kafka', join(dir, 'server.properties')]
  const child = spawned(command[0] as string, command.slice(1), {
    cwd: dir,
    // Out of the terminal's process group: Ctrl-C goes only to the runner, which stops the broker last.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = endOf(child, logger)
  const isEnded = () => isChildGone(child)
  let stopping: Promise<void> | undefined
  const stopWhole = async () => {
    await stopChild(child, [
      ['SIGTERM', stopGraceMs],
      ['SIGKILL', stopGraceMs],
    ])
    await ended
    child.stderr?.destroy()
  }
  const stop = () => {
    stopping ??= stopWhole()
    return stopping
  }
  return { pid: child.pid ?? -1, ended, isEnded, stop }
}

function flags(dir: string): string[] {
  return [...memoryAndStart, '-Djava.awt.headless=true', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', `-Dkafka.logs.dir=${join(dir, 'logs')}`]
}

function endOf(child: ChildProcess, logger: Logger): Promise<string> {
  const lines: string[] = []
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line)
      if (lines.length > keptLines) lines.shift()
      // Kafka warns a lot at every normal start and stop.
      if (/\b(ERROR|FATAL)\b/.test(line)) logger.warn({ line }, 'kafka')
      else logger.debug({ line }, 'kafka')
    })
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => setImmediate(() => resolve([...lines, `(${signal ?? `exit code ${code}`})`].join('\n'))))
  })
}
