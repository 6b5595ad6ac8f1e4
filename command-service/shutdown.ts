import { type Running, Stack } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { within } from '@elves/core/foundation/waiting.ts'
import type { FeatureParts } from './feature.ts'

export interface ShutdownOptions {
  readonly features: readonly FeatureParts[]
  /** How long to wait for appends in flight: once before the agents' links close, and once after. */
  readonly timeoutMs: number
  readonly logger: Logger
  /** The parts in the order in which they stop. */
  readonly parts: Readonly<Record<string, Running>>
}

export interface Shutdown {
  hasBegun(): boolean
  begin(): Promise<void>
}

/**
 * Ends the write side in order. It takes no new command, finishes appends in flight and answers their clients, tells clients that
 * wait for the end of a task to ask again, and still writes what agents report until their links are closed.
 */
export function shutdown({ features, timeoutMs, logger, parts }: ShutdownOptions): Shutdown {
  let stopping: Promise<void> | null = null

  const settle = () => settledWithin(features, timeoutMs, logger)

  async function stop(): Promise<void> {
    for (const feature of features) feature.close?.()
    await settle()
    for (const feature of features) feature.release?.()
    await stopInOrder(parts, logger)
    await settle()
  }

  return {
    hasBegun: () => stopping !== null,
    begin() {
      stopping ??= stop()
      return stopping
    },
  }
}

/** Waits for appends in flight, but no longer than `timeoutMs`, so that appends that never end do not keep a process from stopping. */
export async function settledWithin(parts: readonly Pick<FeatureParts, 'settled'>[], timeoutMs: number, logger: Logger): Promise<void> {
  const isSettled = await within(
    timeoutMs,
    Promise.all(parts.map((part) => part.settled?.())).then(() => true),
    false,
  )
  if (!isSettled) logger.warn({ timeoutMs }, 'appends are still in flight; the stop goes on without them')
}

/** Stops the parts one after the other, the first part first. A part that fails does not keep the others from being stopped. */
export function stopInOrder(parts: Readonly<Record<string, Running>>, logger: Logger): Promise<void> {
  const stack = new Stack(logger)
  // A stack stops the last first.
  for (const [name, part] of Object.entries(parts).reverse()) stack.use(name, part)
  return stack.stop()
}
