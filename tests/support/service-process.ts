import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { compileCache } from './compile-cache.ts'

/** A service in its own process, which listens. */
export interface StartedService {
  readonly url: string
  readonly pid: number
  /** Sends a signal, for example to pause, continue or end the process. */
  signal(name: NodeJS.Signals): void
  /** Stops the process, or kills it if that takes too long for a test; resolves when it is gone. */
  stop(): Promise<void>
}

const root = join(import.meta.dirname, '..', '..')
const stopLimitMs = 20_000

/**
 * Starts an entry file, for example `query-service/main.ts`, which must log at `info` or below. If it ends before it listens, throws with
 * its last lines of output.
 */
export async function serviceProcess(
  entry: string,
  env: Readonly<Record<string, string>>,
  onLine: (line: string) => void = () => undefined,
): Promise<StartedService> {
  const child = spawn(process.execPath, [join(root, entry)], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compileCache, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  const lastWords: string[] = []
  const listening = Promise.withResolvers<string>()
  createInterface(child.stderr).on('line', (line) => {
    onLine(line)
    lastWords.push(line)
    if (lastWords.length > 20) lastWords.shift()
    const url = /"url":"(http:[^"]+)".*listen/.exec(line)?.[1]
    if (url !== undefined) listening.resolve(url)
  })
  void ended.then(() => listening.reject(new Error(`${entry} ended: ${lastWords.join('\n')}`)))
  const url = await listening.promise
  return {
    url,
    pid: child.pid ?? 0,
    signal: (name) => void child.kill(name),
    async stop() {
      child.kill('SIGCONT')
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
      await ended
      clearTimeout(timer)
    },
  }
}
