import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A service as a process of its own, listening. */
export interface StartedService {
  readonly url: string
  readonly pid: number
  /** To stop it in its tracks, let it go on, end it. */
  signal(name: NodeJS.Signals): void
  /** Resolves when it is gone; kills it where a stop takes longer than a test should. */
  stop(): Promise<void>
}

const root = join(import.meta.dirname, '..', '..')
const stopLimitMs = 20_000

/** Starts an entry file, for example `query-service/main.ts`; throws with its last words where it ends before it listens. */
export async function serviceProcess(entry: string, env: Readonly<Record<string, string>>): Promise<StartedService> {
  const child = spawn(process.execPath, [join(root, entry)], { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  const lastWords: string[] = []
  const listening = Promise.withResolvers<string>()
  createInterface(child.stderr).on('line', (line) => {
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
