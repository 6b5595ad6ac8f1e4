import { cutText } from '@elves/core/foundation/text.ts'
import type { Difference } from './differences.ts'
import { isOnlyText } from './text-differences.ts'
import type { Verification } from './verification.ts'

const mostShown = 20
const widestValue = 200
const onlyTextAdvice =
  'Some rows differ only in texts with half a surrogate pair, which releases up to 0.2.0 took. Nothing is lost: `npm run rebuild` writes them as the log has them.'

/** What `npm run verify` says at the end: the first differences and the totals, for people. */
export function verifyReport({ isSame, positions, tables }: Verification): string {
  const lines = Object.entries(positions).map(([name, position]) => `${name} compared up to ${position ?? 'nothing: it has not begun'}`)
  const differences = tables.flatMap((table) => table.differences)
  for (const difference of differences.slice(0, mostShown)) lines.push(differenceLine(difference))
  for (const { table, rows, changed, missing, extra } of tables) {
    const total = changed + missing + extra
    lines.push(`${table}: ${rows} rows, ${total === 0 ? 'all the same' : `${changed} changed, ${missing} missing, ${extra} too many`}`)
  }
  if (differences.some(isOnlyText)) lines.push(onlyTextAdvice)
  lines.push(isSame ? 'The read models are what the log says.' : 'The read models DIFFER from what the log says.')
  return `${lines.join('\n')}\n`
}

function differenceLine(difference: Difference): string {
  const { table, key, column, live, replayed } = difference
  if (column !== null)
    return `DIFFERS ${table} ${key} ${column}: live ${shown(live)}, replayed ${shown(replayed)}${isOnlyText(difference) ? ' (half a surrogate pair)' : ''}`
  if (live === null) return `MISSING ${table} ${key}: replayed ${shown(replayed)}`
  return `TOO MANY ${table} ${key}: live ${shown(live)}`
}

function shown(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > widestValue ? `${cutText(text, widestValue)}… (${text.length} characters)` : text
}
