import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { relative } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The functions that ran, by file: `name@offset`, so that two without a name are told apart. */
export type Calls = ReadonlyMap<string, ReadonlySet<string>>

/** A service whose calls V8 counts from its first line on. */
export interface CountedProcess {
  /** `http://host:port` where it listens. */
  readonly url: string
  /** Returns what ran since the last call: functions that were called, and those that went on after an `await`. */
  calls(): Promise<Calls>
  stop(): Promise<void>
}

interface Coverage {
  readonly result: readonly {
    readonly url: string
    readonly functions: readonly {
      readonly functionName: string
      readonly ranges: readonly { readonly startOffset: number; readonly count: number }[]
    }[]
  }[]
}

/** Starts an entry file of a checkout. If it ends before it listens, throws with its last lines of output. */
export async function countedProcess(folder: string, entry: string, env: Readonly<Record<string, string>>): Promise<CountedProcess> {
  // It waits for the profiler: only what is compiled after the start of the count is counted block by block.
  const child = spawn(process.execPath, ['--inspect-wait=127.0.0.1:0', entry], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  const lastWords: string[] = []
  const waiting = Promise.withResolvers<string>()
  const listening = Promise.withResolvers<string>()
  createInterface(child.stderr).on('line', (line) => {
    lastWords.push(line)
    if (lastWords.length > 20) lastWords.shift()
    const inspector = /^Debugger listening on (ws:\S+)/.exec(line)?.[1]
    if (inspector !== undefined) waiting.resolve(inspector)
    const url = /"url":"(http:[^"]+)".*listen/.exec(line)?.[1]
    if (url !== undefined) listening.resolve(url)
  })
  void ended.then(() => {
    const error = new Error(`${entry} ended: ${lastWords.join('\n')}`)
    waiting.reject(error)
    listening.reject(error)
  })
  listening.promise.catch(() => undefined)
  const inspector = await connected(await waiting.promise)
  await inspector.ask('Profiler.enable')
  await inspector.ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  await inspector.ask('Runtime.runIfWaitingForDebugger')
  return {
    url: await listening.promise,
    calls: async () => callsIn(folder, (await inspector.ask('Profiler.takePreciseCoverage')) as Coverage),
    async stop() {
      inspector.close()
      child.kill('SIGTERM')
      await ended
    },
  }
}

interface Inspector {
  /** Calls a method of the Chrome DevTools Protocol. */
  ask(method: string, params?: object): Promise<unknown>
  close(): void
}

async function connected(url: string): Promise<Inspector> {
  const socket = new WebSocket(url)
  const asked = new Map<number, (result: unknown) => void>()
  let lastId = 0
  await once(socket, 'open')
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown }
    if (id === undefined) return
    asked.get(id)?.(result)
    asked.delete(id)
  })
  return {
    ask(method, params = {}) {
      lastId += 1
      const { promise, resolve } = Promise.withResolvers<unknown>()
      asked.set(lastId, resolve)
      socket.send(JSON.stringify({ id: lastId, method, params }))
      return promise
    },
    close: () => socket.close(),
  }
}

function callsIn(folder: string, { result }: Coverage): Calls {
  const calls = new Map<string, Set<string>>()
  for (const { url, functions } of result) {
    if (!url.startsWith('file:')) continue
    const file = relative(folder, fileURLToPath(url))
    if (file.startsWith('..') || file.includes('node_modules')) continue
    // The count of a function that only went on after an `await` is 0, but that of a block of it is not.
    const ran = functions.filter(({ ranges }) => ranges.some(({ count }) => count > 0))
    if (ran.length > 0) calls.set(file, new Set(ran.map(({ functionName, ranges }) => `${functionName}@${ranges[0]?.startOffset}`)))
  }
  return calls
}
