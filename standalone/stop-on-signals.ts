import type { Platform } from './runner/runner.ts'

/** npm passes on a Ctrl-C that the terminal has sent to us already: the same key press may come twice. */
const sameKeyPressMs = 1_000
const parentCheckMs = 500

export interface StopOnSignals {
  readonly platform: Pick<Platform, 'stop' | 'killAll'>
  readonly say: (text: string) => void
  /** npm's shell does not pass signals on when it is killed: then its end counts as one. */
  readonly isStartedByNpm: boolean
}

/**
 * The first SIGINT, SIGTERM or SIGHUP drains and stops everything, then ends the process; a second one does not wait.
 * Answers whether there was one: a start that ends then has not failed.
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
