import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import { decodedElsewhere } from '@elves/core/eventing/encoded-event.ts'
import type { HandedRun } from '@elves/core/eventing/handed-events.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { LogLevel } from '@elves/core/foundation/log.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { within } from '@elves/core/foundation/waiting.ts'
import type { FromThread, ThreadData } from './messages.ts'

export interface ProjectionThreadOptions {
  readonly settings: Pick<Settings, 'ELVES_DATABASE_URL' | 'ELVES_EVENTSTOREDB_URL'>
  readonly logLevel: LogLevel
  /** Gets whole lines of the thread's log. */
  readonly log: { write(lines: string): void }
  progress(message: Extract<FromThread, { kind: 'progress' }>): void
  /** Most MB of the thread's heap; default 256. */
  readonly heapMb?: number
}

/** The projectors in a thread of this process. */
export interface ProjectionThread extends Running {
  readonly pid: number
  /** There may be new events in the log; `run`: these, whose bytes are the thread's from then on. */
  news(run?: HandedRun): void
  /** Ends the thread at once, wherever it is. */
  kill(): Promise<void>
  /** Resolves when the thread is gone, wanted or not. */
  readonly ended: Promise<string>
}

/** A page of the log and the one after it have at most 8 MiB each; decoded, folded and encoded they take several times as much. */
const defaultHeapMb = 256
/** V8 would let garbage grow to three times as much before it looks. */
const youngMb = 16
const stopMs = 10_000

/** Resolves when the projectors run. Throws the error that ended the thread before. */
export async function projectionThread(options: ProjectionThreadOptions): Promise<ProjectionThread> {
  const { settings, logLevel, log, progress, heapMb = defaultHeapMb } = options
  const { ELVES_DATABASE_URL, ELVES_EVENTSTOREDB_URL } = settings
  const data: ThreadData = { settings: { ELVES_DATABASE_URL, ELVES_EVENTSTOREDB_URL }, logLevel, compileCache: getCompileCacheDir() }
  const worker = new Worker(new URL('./thread-main.ts', import.meta.url), {
    name: 'projections',
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: youngMb },
  })
  const ready = Promise.withResolvers<void>()
  let failure: unknown = null
  const ended = new Promise<string>((resolve) => {
    worker.once('exit', (code) => {
      const end = failure instanceof Error ? failure.message : `exit code ${code}`
      ready.reject(failure ?? new ElvesError('INTERNAL', `the thread of the projectors ended: ${end}`))
      resolve(end)
    })
  })
  worker.on('error', (error) => {
    failure = error
  })
  worker.on('message', (message: FromThread) => {
    if (message.kind === 'log') log.write(message.lines)
    else {
      decodedElsewhere(message.decoded)
      progress(message)
      ready.resolve()
    }
  })
  await ready.promise
  const kill = async () => void (await worker.terminate())
  return {
    pid: process.pid,
    news: (run) => (run ? worker.postMessage(run, [run.bytes, run.numbers.buffer as ArrayBuffer]) : worker.postMessage('news')),
    ended,
    kill,
    async stop() {
      worker.postMessage('stop')
      if ((await within(stopMs, ended, null)) === null) await kill()
    },
  }
}
