import { setTimeout as delay } from 'node:timers/promises'

/** Resolves after the time, or at once when the signal is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal && { signal }).catch(() => undefined)
}

/**
 * Returns the ms until the next of the ticks that all work of this period has in common: what a process does every second, it does at one
 * moment, and is idle in between. At least 1 ms.
 */
export function untilTick(everyMs: number): number {
  return Math.max(1, everyMs - (performance.now() % everyMs))
}

/** Calls the work at each tick of {@link untilTick}, until the returned function is called. */
export function everyTick(everyMs: number, work: () => void): () => void {
  let timer: NodeJS.Timeout
  const next = () => {
    timer = setTimeout(() => {
      next()
      work()
    }, untilTick(everyMs))
  }
  next()
  return () => clearTimeout(timer)
}

/** Returns the result of the work, or `otherwise` if the time is over first. A rejection that comes later is ignored. */
export async function within<Result, Otherwise>(ms: number, work: Promise<Result>, otherwise: Otherwise): Promise<Result | Otherwise> {
  const { promise: isOver, resolve } = Promise.withResolvers<Otherwise>()
  const timer = setTimeout(() => resolve(otherwise), ms)
  try {
    return await Promise.race([work, isOver])
  } finally {
    clearTimeout(timer)
  }
}

/** Resolves when the signal is aborted. For signals that end soon: the listener stays until then. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Returns the result of the work; rejects with the signal's reason if it is aborted first. A rejection that comes later is ignored. */
export async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  // The work may still reject after the abort, when nobody waits for it any more.
  work.catch(() => undefined)
  try {
    signal.throwIfAborted()
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

export interface PauseLengths {
  /** The first pause; each next one is twice as long. */
  readonly firstMs: number
  readonly longestMs: number
}

/** Pauses between tries, each longer than the one before. */
export class Pauses {
  readonly #lengths: PauseLengths
  readonly #signal: AbortSignal | undefined
  #nextMs: number

  /** The signal ends a pause. */
  constructor(lengths: PauseLengths, signal?: AbortSignal) {
    this.#lengths = lengths
    this.#signal = signal
    this.#nextMs = lengths.firstMs
  }

  get nextMs(): number {
    return this.#nextMs
  }

  pause(): Promise<void> {
    return pause(this.take(), this.#signal)
  }

  /** Returns the next length in ms, for those who pause in a way of their own. */
  take(): number {
    const ms = this.#nextMs
    this.#nextMs = Math.min(2 * ms, this.#lengths.longestMs)
    return ms
  }

  /** Call it after a success. */
  reset(): void {
    this.#nextMs = this.#lengths.firstMs
  }
}

export interface RetryOptions extends PauseLengths {
  /** No pause begins that would end later than this after the start. Without it, only `isPassing` and the signal end the tries. */
  readonly giveUpMs?: number
  /** Ends a pause. Whether another try follows is up to `isPassing`. */
  readonly signal?: AbortSignal
  /** Returns true if a try later may succeed. */
  readonly isPassing: (error: unknown) => boolean
  /** Called before each pause. */
  readonly failed?: (error: unknown, pauseMs: number) => void
}

/** Returns the result of the first try that succeeds; throws the error of the last try if no further try is made. */
export async function retrying<Result>(work: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  const { giveUpMs = Number.POSITIVE_INFINITY, isPassing, failed } = options
  const giveUpAt = performance.now() + giveUpMs
  for (const pauses = new Pauses(options, options.signal); ; await pauses.pause()) {
    try {
      return await work()
    } catch (error) {
      if (!isPassing(error) || performance.now() + pauses.nextMs > giveUpAt) throw error
      failed?.(error, pauses.nextMs)
    }
  }
}

/** Checks a condition again and again, at growing intervals. Returns true when it holds, false when the time is over. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const giveUpAt = performance.now() + limitMs
  for (let waitMs = 2; ; waitMs = Math.min(waitMs * 1.5, 50)) {
    if (await condition()) return true
    const leftMs = giveUpAt - performance.now()
    if (leftMs <= 0) return false
    await delay(Math.min(waitMs, leftMs))
  }
}
