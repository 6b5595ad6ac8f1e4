import { ElvesError } from '@elves/core/foundation/errors.ts'

/** Parses comma-separated `key=value` pairs. Throws CONFIG_INVALID for anything else. */
export function parseLabels(text: string): Readonly<Record<string, string>> {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
  return Object.fromEntries(pairs.map(parsePair))
}

function parsePair(pair: string): readonly [string, string] {
  const equals = pair.indexOf('=')
  if (equals < 1) throw invalid(pair, 'is not key=value')
  // A decoded object can't have this key, so the label would be lost silently.
  if (pair.slice(0, equals).trim() === '__proto__') throw invalid(pair, 'has a name that no label can have')
  return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]
}

function invalid(pair: string, why: string): ElvesError {
  return new ElvesError('CONFIG_INVALID', `ELVES_AGENT_LABELS: ${pair} ${why}`, { facts: { name: 'ELVES_AGENT_LABELS' } })
}
