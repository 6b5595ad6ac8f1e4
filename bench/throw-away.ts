/** Functions that stop and remove a platform; called if the measuring is interrupted. */
const platforms = new Set<() => Promise<void>>()

/** Registers the `stop` of a temporary platform until it has been called. */
export function throwAway(stop: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined
  const once = () => {
    stopping ??= stop().finally(() => platforms.delete(once))
    return stopping
  }
  platforms.add(once)
  return once
}

/** Ends the process at Ctrl-C or SIGTERM, after it has stopped and removed every platform. */
export function stopOnSignal(say: (text: string) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      say('interrupted: stopping what was started')
      await Promise.allSettled([...platforms].map((stop) => stop()))
      process.exit(130)
    })
  }
}
