import type { Rule } from './rule.ts'
import type { OffsetChange, TimeZone } from './time-zone.ts'
import { wallTimeFrom } from './wall-times.ts'

/** Longer than any change of an offset, and than any offset from UTC. */
const aroundMs = 2 * 86_400_000

/**
 * Returns the first instant after `after` at which a rule fires in a zone, in ms since the epoch; null if there is none within 100
 * years. At a change of the offset: see docs/adr/0057-quartz-rules.md.
 */
export function nextFire(rule: Rule, zone: TimeZone, after: number): number | null {
  return rule.isHourFixed ? nextFixed(rule, zone, after) : nextReal(rule, zone, after)
}

/** Returns the first `count` fires after an instant. */
export function nextFires(rule: Rule, zone: TimeZone, after: number, count: number): readonly number[] {
  const fires: number[] = []
  for (let at = nextFire(rule, zone, after); at !== null && fires.length < count; at = nextFire(rule, zone, at)) fires.push(at)
  return fires
}

/**
 * A fixed hour fires at the first instant whose wall clock shows its time, or a later one. In a gap, that is the first instant after
 * it; of a repeated hour, the first time.
 */
function nextFixed(rule: Rule, zone: TimeZone, after: number): number | null {
  const shown = latestShown(zone, after)
  const wall = wallTimeFrom(rule, shown + 1)
  return wall === null ? null : firstInstantShowing(zone, wall)
}

/** Returns the latest wall-clock time that was shown at `instant` or before: in a repeated hour, that is the end of its first pass. */
function latestShown(zone: TimeZone, instant: number): number {
  const shown = instant + zone.offsetAt(instant)
  const changes = zone.changes(instant - aroundMs, instant + 1)
  return changes.reduce((latest, { at, before }) => Math.max(latest, at + before - 1), shown)
}

function firstInstantShowing(zone: TimeZone, wall: number): number {
  const changes = zone.changes(wall - aroundMs, wall + aroundMs)
  let from = wall - aroundMs
  let offset = changes[0]?.before ?? zone.offsetAt(wall)
  for (const { at, after } of changes) {
    const instant = Math.max(from, wall - offset)
    if (instant < at) return instant
    from = at
    offset = after
  }
  return Math.max(from, wall - offset)
}

/** Where the hour is `*` or has a step, every instant counts whose wall clock shows a time of the rule: nothing in a gap, both passes. */
function nextReal(rule: Rule, zone: TimeZone, after: number): number | null {
  let [from, offset] = [after + 1, zone.offsetAt(after + 1)]
  for (;;) {
    const wall = wallTimeFrom(rule, from + offset)
    // After the last time of a rule, a repeated hour may show it once more.
    const instant = wall === null ? null : wall - offset
    const change = firstChange(zone, from, instant ?? from + aroundMs)
    if (!change) return instant
    // Until shortly before that wall-clock time no clock shows a time of the rule, but what was shown already may come again.
    const isFar = instant !== null && instant - change.at > 2 * aroundMs
    from = isFar && !isRepeated(change) ? instant - aroundMs : change.at
    offset = zone.offsetAt(from)
  }
}

function isRepeated({ before, after }: OffsetChange): boolean {
  return after < before
}

/** Returns the first change after `from` that is not after `to`. A far `to` is looked at one year after another. */
function firstChange(zone: TimeZone, from: number, to: number): OffsetChange | undefined {
  const yearMs = 365 * 86_400_000
  for (let at = from + 1; at <= to; at += yearMs) {
    const [change] = zone.changes(at, Math.min(at + yearMs, to + 1))
    if (change) return change
  }
  return undefined
}
