import { type CronRule, cronRule } from '@elves/core/foundation/cron-rule.ts'
import { Slices } from '@elves/core/foundation/slices.ts'

interface Known {
  readonly rule: CronRule
  /** All instants after this one are known up to the last one; ms since the epoch. */
  from: number
  /** In order; null at the end: there are no more. */
  readonly instants: (number | null)[]
}

/** Many agents have the same crons, and an instant costs about 0.1 ms. */
const rulesKept = 5_000
const known = new Map<string, Known>()

/** Returns the next instants of a rule of an agent's own cron; none for a rule or a zone that this release can not read. */
export async function nextCronFires(text: string, timeZone: string, now: number, count: number): Promise<readonly number[]> {
  const found = knownOf(text, timeZone, now)
  if (!found) return []
  const { rule, instants } = found
  const slices = new Slices()
  while (instants.length < count && instants.at(-1) !== null) {
    await slices.rest()
    instants.push(rule.next(instants.at(-1) ?? found.from))
  }
  return instants.filter((instant) => instant !== null && instant > now).slice(0, count) as number[]
}

function knownOf(text: string, timeZone: string, now: number): Known | null {
  const key = `${timeZone} ${text}`
  const found = known.get(key)
  // Else the clock was set back.
  if (found && found.from <= now) {
    found.from = now
    while ((found.instants[0] ?? Number.POSITIVE_INFINITY) <= now) found.instants.shift()
    return found
  }
  try {
    const made: Known = { rule: cronRule(text, timeZone), from: now, instants: [] }
    known.set(key, made)
    for (const oldest of known.keys()) {
      if (known.size <= rulesKept) break
      known.delete(oldest)
    }
    return made
  } catch {
    return null
  }
}
