import { pause } from '../../foundation/waiting.ts'

/** Ends the sleep of one sleeper early. A call while nobody sleeps ends the next sleep at once. */
export interface WakeUpCall {
  call(): void
  /** Resolves after the time, at a call, or at the abort. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export function wakeUpCall(): WakeUpCall {
  let isCalled = false
  let wake: (() => void) | null = null
  return {
    call() {
      isCalled = true
      wake?.()
    },
    async sleep(ms, signal) {
      if (!isCalled) {
        const called = new AbortController()
        wake = () => called.abort()
        await pause(ms, AbortSignal.any([signal, called.signal]))
        wake = null
      }
      isCalled = false
    },
  }
}
