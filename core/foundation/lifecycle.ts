import type { Logger } from './log.ts'

/** Something that was started and can be stopped. `stop` may be called twice; the second call waits for the first. */
export interface Running {
  stop(): Promise<void>
}

/** Stops what was started, in reverse order. If one stop fails, the others still run. */
export class Stack implements Running {
  readonly #entries: { name: string; stop: () => Promise<void> | void }[] = []
  readonly #logger: Logger
  #stopping: Promise<void> | undefined

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Registers a thing that is stopped with the stack, and returns it. */
  use<T extends Running>(name: string, thing: T): T {
    this.defer(name, () => thing.stop())
    return thing
  }

  defer(name: string, stop: () => Promise<void> | void): void {
    this.#entries.push({ name, stop })
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll()
    return this.#stopping
  }

  async #stopAll(): Promise<void> {
    for (const { name, stop } of this.#entries.reverse()) {
      try {
        await stop()
      } catch (error) {
        this.#logger.error({ err: error, part: name }, 'stopping failed')
      }
    }
  }
}

/** Runs `compose` on a new stack; stops the stack if `compose` fails. */
export async function onStack<Result>(logger: Logger, compose: (stack: Stack) => Promise<Result>): Promise<Result> {
  const stack = new Stack(logger)
  try {
    return await compose(stack)
  } catch (error) {
    await stack.stop()
    throw error
  }
}
