import { asElvesError } from '../foundation/errors.ts'

/**
 * Does something for all of them at once, or, where an event that can not be read is in the way, for each half by itself, so that only what
 * hangs on that event is left out. `act` may be called again for what it has done already. Returns what was left out.
 */
export async function forReadable<Item>(all: readonly Item[], act: (some: readonly Item[]) => Promise<void>): Promise<readonly Item[]> {
  if (all.length === 0) return []
  try {
    await act(all)
    return []
  } catch (error) {
    if (asElvesError(error).code !== 'EVENT_UNREADABLE') throw error
    if (all.length === 1) return all
    const half = all.length >> 1
    return [...(await forReadable(all.slice(0, half), act)), ...(await forReadable(all.slice(half), act))]
  }
}
