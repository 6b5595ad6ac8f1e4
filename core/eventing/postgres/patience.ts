import { isPassing, storeUnavailable } from './unavailable.ts'

const patienceMs = 10_000
const betweenMs = 100

/** Tries a read again while the database is away (a restart takes a second or two); STORE_UNAVAILABLE after 10 s. */
export async function patiently<Result>(read: () => Promise<Result>): Promise<Result> {
  const startedAt = performance.now()
  for (;;) {
    try {
      return await read()
    } catch (error) {
      if (!isPassing(error)) throw error
      if (performance.now() - startedAt >= patienceMs) throw storeUnavailable(error)
      await new Promise((resolve) => setTimeout(resolve, betweenMs))
    }
  }
}
