/**
 * Returns a query in brackets for the position of the first event that was recorded at this time (an expression in ms since the epoch)
 * or later; without one, for the position after the last event. It halves the log: times grow with positions, so some twenty rows tell
 * it, and no index over times is needed. `events` is a table with the columns of the log.
 */
export function firstSince(events: string, ms: string): string {
  return `(with recursive halving (since, low, high) as (
      select timestamptz 'epoch' + (${ms}) * interval '1 millisecond', 0::int8, (select coalesce(max(position), 0) + 1 from ${events})
      union all
      select h.since, case when e.recorded_at < h.since then e.position else h.low end,
        case when e.recorded_at < h.since then h.high else (h.low + h.high) / 2 end
      from halving h cross join lateral (
        select position, recorded_at from ${events} where position >= (h.low + h.high) / 2 order by position limit 1
      ) e where h.high - h.low > 1
    ) select min(high) from halving)`
}
