import type { Platform } from './runner/runner.ts'

/** The terminal sends Ctrl-C to us, and npm passes it on as well: one key press may come twice. */
const sameKeyPressMs = 1_000
const parentCheckMs = 500

export interface StopOnSignals {
  readonly platform: Pick<Platform, 'stop' | 'killAll'>
  readonly say: (text: string) => void
  /** npm's shell does not pass signals on when it is killed, so we take the end of our parent as a signal. */
  readonly isStartedByNpm: boolean
}

/**
 * The first SIGINT, SIGTERM or SIGHUP drains and stops everything, then ends the process; a second one does not wait.
 * The returned function returns true if a signal came: a start that ends then has not failed.
 */
export function stopOnSignals({ platform, say, isStartedByNpm }: StopOnSignals): () => boolean {
  let firstAt: number | null = null
  const onSignal = () => {
    if (firstAt === null) {
      firstAt = performance.now()
      say('\nStopping: work in flight is finished first (Ctrl-C again: stop at once).')
      void stopAndExit()
    } else if (performance.now() - firstAt > sameKeyPressMs) {
      say('Stopping at once.')
      platform.killAll()
      process.exit(130)
    }
  }
  const stopAndExit = async () => {
    await platform.stop()
    say('Stopped.')
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  if (isStartedByNpm && process.platform !== 'win32') watchParent(onSignal)
  return () => firstAt !== null
}

function watchParent(onGone: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onGone()
  }, parentCheckMs)
  timer.unref()
}
