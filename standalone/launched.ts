import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { until } from '@elves/core/foundation/waiting.ts'
import { isChildGone } from './child-end.ts'
import { dyingWithParent } from './dying-with-parent.ts'
import { type ClusterReady, clusterFile, type Ready, type ReadyFile, standaloneFile } from './ready-file.ts'
import { spawned } from './spawned.ts'

/** A platform that runs in its own process, and is ready. */
export interface Launched<Said = Ready> {
  readonly ready: Said
  /** The runner itself. */
  readonly child: ChildProcess
  /** Standard output and standard error so far. */
  readonly output: () => string
  /** Reads the ready file; null if the platform is not ready. */
  readonly readyNow: () => Promise<Said | null>
  /** Sends Ctrl-C; resolves with the exit code when the process is gone. */
  stop(): Promise<number | null>
}

export interface Launch {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timeoutMs?: number
}

export interface LaunchCluster extends Launch {
  /** Arguments of `npm run cluster --`, for example `['--scale', 'gateway=2']`. */
  readonly args?: readonly string[]
}

/** Runs `standalone/main.ts` and waits for `standalone.json`. If the process ends before, throws with its output. */
export function launched({ timeoutMs = 60_000, ...launch }: Launch): Promise<Launched> {
  return readyProgram({ ...launch, timeoutMs, main: 'main.ts', args: [], file: standaloneFile, runnerOf: (said) => said.pids.standalone })
}

/** Runs `standalone/cluster-main.ts` and waits for `cluster.json`. If the process ends before, throws with its output. */
export function launchedCluster({ timeoutMs = 240_000, args = [], ...launch }: LaunchCluster): Promise<Launched<ClusterReady>> {
  return readyProgram({ ...launch, timeoutMs, main: 'cluster-main.ts', args, file: clusterFile, runnerOf: (said) => said.pids.cluster })
}

interface Program<Said> extends Required<LaunchCluster> {
  readonly main: string
  readonly file: ReadyFile<Said>
  readonly runnerOf: (said: Said) => number
}

async function readyProgram<Said>({ dataDir, env, timeoutMs, main, args, file, runnerOf }: Program<Said>): Promise<Launched<Said>> {
  // If the process that launched the platform is killed, the platform stops as if by Ctrl-C.
  const [program = process.execPath, ...before] = [...dyingWithParent('INT'), process.execPath]
  const child = spawned(program, [...before, join(import.meta.dirname, main), ...args], {
    env: { ...env, ELVES_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  const closed = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code))
    child.once('error', () => resolve(null))
  })
  const isEnded = () => isChildGone(child)
  const answer: { ready: Said | null } = { ready: null }
  await until(async () => {
    // A file that a killed platform left names another pid.
    const said = await file.read(dataDir)
    if (said !== null && runnerOf(said) === child.pid) answer.ready = said
    return isEnded() || answer.ready !== null
  }, timeoutMs)
  const { ready } = answer
  if (ready === null) {
    if (!isEnded()) child.kill('SIGTERM')
    await closed
    throw new Error(`${main} did not get ready within ${timeoutMs} ms:\n${output}`)
  }
  return {
    ready,
    child,
    output: () => output,
    readyNow: () => file.read(dataDir),
    stop() {
      child.kill('SIGINT')
      return closed
    },
  }
}
