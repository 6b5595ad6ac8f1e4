/** What must be stopped and removed when the measuring is interrupted. */
const platforms = new Set<() => Promise<void>>()

/** Remembers how to stop a platform in a throw-away folder until that has been done. */
export function throwAway(stop: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined
  const once = () => {
    stopping ??= stop().finally(() => platforms.delete(once))
    return stopping
  }
  platforms.add(once)
  return once
}

/** Ends the process at Ctrl-C or SIGTERM, after all that was started is stopped and removed. */
export function stopOnSignal(say: (text: string) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      say('interrupted: stopping what was started')
      await Promise.allSettled([...platforms].map((stop) => stop()))
      process.exit(130)
    })
  }
}
