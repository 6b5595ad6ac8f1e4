import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { until } from '@elves/core/foundation/until.ts'
import { type Ready, readReady } from './ready-file.ts'

/** A standalone platform in a process of its own, ready. */
export interface Launched {
  readonly ready: Ready
  readonly child: ChildProcess
  /** Standard output and error so far. */
  readonly output: () => string
  /** What `standalone.json` says now; null while it is not ready. */
  readonly readyNow: () => Promise<Ready | null>
  /** Ctrl-C; resolves with the exit code, when the process is gone. */
  stop(): Promise<number | null>
}

export interface Launch {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timeoutMs?: number
}

/** Runs `standalone/main.ts` and waits for `standalone.json`; throws with its output where it ends before. */
export async function launched({ dataDir, env, timeoutMs = 60_000 }: Launch): Promise<Launched> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { ...env, ELVES_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  const closed = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code))
    child.once('error', () => resolve(null))
  })
  const isEnded = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined
  let ready: Ready | null = null
  await until(async () => {
    // One that a killed start left says another pid.
    const said = await readReady(dataDir)
    if (said?.pids.standalone === child.pid) ready = said
    return isEnded() || ready !== null
  }, timeoutMs)
  if (ready === null) {
    if (!isEnded()) child.kill('SIGTERM')
    await closed
    throw new Error(`standalone did not get ready within ${timeoutMs} ms:\n${output}`)
  }
  return {
    ready,
    child,
    output: () => output,
    readyNow: () => readReady(dataDir),
    stop() {
      child.kill('SIGINT')
      return closed
    },
  }
}
