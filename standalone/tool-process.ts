import { resolve } from 'node:path'
import { Stack } from '@elves/core/foundation/lifecycle.ts'
import { jsonLogger, type Logger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { startError } from '@elves/core/foundation/start-error.ts'

/** What a command line tool is given. Everything on the stack is stopped when the tool ends, in whatever way. */
export interface ToolGround {
  readonly settings: Settings
  readonly logger: Logger
  readonly stack: Stack
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** Tells a person how far the tool is, at most once a second. */
  /** `total` null: it is not known yet. */
  onProgress(done: number, total: number | null): void
}

const progressEveryMs = 1000

/** Runs a tool and sets the exit code: the one it returns, 2 if it failed, 130 if it was interrupted. */
export async function toolProcess(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  run: (ground: ToolGround) => Promise<number>,
): Promise<void> {
  const interrupted = new AbortController()
  const { signal } = interrupted
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort(new Error(name)))
  process.exitCode = await onStack(name, env, signal, run).catch((thrown: unknown) => {
    const { code, message } = startError(thrown, resolve(env['ELVES_DATA_DIR'] || '.elves'))
    process.stderr.write(signal.aborted ? `${name} was interrupted; nothing is left of it\n` : `${name}: [${code}] ${message}\n`)
    return signal.aborted ? 130 : 2
  })
}

async function onStack(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
  run: (ground: ToolGround) => Promise<number>,
): Promise<number> {
  const settings = readSettings(env)
  const logger = jsonLogger(name, 'warn')
  const stack = new Stack(logger)
  try {
    return await run({ settings, logger, stack, signal, onProgress: progressLines(name) })
  } finally {
    await stack.stop()
  }
}

function progressLines(name: string): (done: number, total: number | null) => void {
  let saidAt = performance.now()
  return (done, total) => {
    if (performance.now() - saidAt < progressEveryMs) return
    saidAt = performance.now()
    const share = total === null ? ' events; all are being counted' : ` of ${total} events (${Math.floor((100 * done) / total)} %)`
    process.stderr.write(`${name}: ${done}${share}\n`)
  }
}
