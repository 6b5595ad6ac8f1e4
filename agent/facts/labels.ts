import { ElvesError } from '@elves/core/foundation/errors.ts'

/** `key=value` pairs, comma-separated; throws CONFIG_INVALID for anything else. */
export function parseLabels(text: string): Readonly<Record<string, string>> {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
  return Object.fromEntries(pairs.map(parsePair))
}

function parsePair(pair: string): readonly [string, string] {
  const equals = pair.indexOf('=')
  if (equals < 1) throw new ElvesError('CONFIG_INVALID', `ELVES_AGENT_LABELS: ${pair} is not key=value`, { facts: { name: 'ELVES_AGENT_LABELS' } })
  return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]
}
