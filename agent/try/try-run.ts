import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { randomHexId } from '@elves/core/foundation/ids.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import type { WorkerSettings } from '../agent-settings.ts'
import { type RunEnd, workerRunner } from '../runner/worker-runner.ts'

export interface TryRunOptions {
  /** An app in the app folder of the settings, or (with a slash, or `.`) the path of an app's folder. */
  readonly app: string
  readonly func: string
  /** JSON text; null without a parameter. */
  readonly paramText: string | null
  readonly proxy: string | null
  /** 0 means no timeout. */
  readonly timeoutMs: number
  readonly settings: WorkerSettings
  /** The environment that the worker gets its variables from. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Kills the run, like the cancel of a task. */
  readonly cancelled?: AbortSignal
}

/** Runs an app once as an agent on this host does, without a center and without an agent's data folder; resolves with how it ended. */
export async function tryRun({ app, settings, env, cancelled, ...call }: TryRunOptions): Promise<RunEnd> {
  const dataDir = await mkdtemp(join(tmpdir(), 'elves-try-'))
  const place =
    app.includes('/') || app === '.' ? { appsDir: dirname(resolve(app)), app: basename(resolve(app)) } : { appsDir: settings.appsDir, app }
  const runner = await workerRunner({ ...settings, appsDir: place.appsDir, dataDir, env, logger: silentLogger })
  try {
    const ready = runner.prepare({ taskId: randomHexId(), attempt: 1, app: place.app, secrets: new Map(), ...call })
    if ('outcome' in ready) return ready
    const run = ready.start()
    cancelled?.addEventListener('abort', () => run.cancel())
    return await run.ended
  } finally {
    await runner.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}
