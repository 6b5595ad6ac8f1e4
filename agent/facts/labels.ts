import { ElvesError } from '@elves/core/foundation/errors.ts'
import { labelLimits } from '@elves/schemas/link/protocol.ts'

/** Parses comma-separated `key=value` pairs. Throws CONFIG_INVALID for anything else, and for more than an agent may have. */
export function parseLabels(text: string): Readonly<Record<string, string>> {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
  const labels = Object.fromEntries(pairs.map(parsePair))
  if (Object.keys(labels).length > labelLimits.labels) throw invalid('the list', `has more than ${labelLimits.labels} labels`)
  return labels
}

function parsePair(pair: string): readonly [string, string] {
  const equals = pair.indexOf('=')
  if (equals < 1) throw invalid(pair, 'is not key=value')
  // A decoded object can't have this key, so the label would be lost silently.
  if (pair.slice(0, equals).trim() === '__proto__') throw invalid(pair, 'has a name that no label can have')
  const [name, value] = [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]
  if (name.length > labelLimits.nameLength) throw invalid(name, `is a name of more than ${labelLimits.nameLength} characters`)
  if (value.length > labelLimits.valueLength) throw invalid(name, `has a value of more than ${labelLimits.valueLength} characters`)
  return [name, value]
}

function invalid(pair: string, why: string): ElvesError {
  return new ElvesError('CONFIG_INVALID', `ELVES_AGENT_LABELS: ${pair} ${why}`, { facts: { name: 'ELVES_AGENT_LABELS' } })
}
