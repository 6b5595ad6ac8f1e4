/** Functions that stop what was started for a measurement: platforms and children. Called where the measuring ends early. */
const started = new Set<() => Promise<void>>()

/** Registers the `stop` of something temporary until it has been called. */
export function throwAway(stop: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined
  const once = () => {
    stopping ??= stop().finally(() => started.delete(once))
    return stopping
  }
  started.add(once)
  return once
}

/** Stops all that is still there, the last that was started first. */
export async function throwAllAway(): Promise<void> {
  await Promise.allSettled([...started].reverse().map((stop) => stop()))
}

/** How often is looked whether the parent is there. */
const lookMs = 500

/**
 * Ends the process at Ctrl-C or SIGTERM, after `onSignal` and after all that was started has been stopped and removed. Under
 * npm, also when the parent is gone: npm hands a signal on to the shell that it started, and the shell ends without this process.
 */
export function stopOnSignal(onSignal: () => void, { npm_lifecycle_event: script }: NodeJS.ProcessEnv): void {
  const { ppid } = process
  let isEnding = false
  const end = async () => {
    if (isEnding) return
    isEnding = true
    onSignal()
    await throwAllAway()
    process.exit(130)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)
  if (script === undefined) return
  const looking = setInterval(() => (process.ppid === ppid ? undefined : end()), lookMs)
  looking.unref()
}
