import { parsePosition } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql'

const pattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

/** In code, ms since the epoch; in answers, ISO 8601 in UTC with milliseconds. */
export const dateTimeScalar = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  serialize: (value) => new Date(value as number).toISOString(),
  parseValue: parsedInstant,
  parseLiteral: (node) => parsedInstant(node.kind === Kind.STRING ? node.value : null),
})

function parsedInstant(value: unknown): number {
  const instant = typeof value === 'string' && pattern.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(instant)) throw new GraphQLError('DateTime must be an ISO 8601 instant with its offset, for example 2026-01-31T12:00:00.000Z')
  return instant
}

/** A position as text. Anything else is refused with POSITION_INVALID. */
export const positionScalar = new GraphQLScalarType<string, string>({
  name: 'Position',
  parseValue: parsedText,
  parseLiteral: (node) => parsedText(node.kind === Kind.STRING ? node.value : null),
})

function parsedText(value: unknown): string {
  if (typeof value !== 'string') throw new ElvesError('POSITION_INVALID', 'a position is a text')
  parsePosition(value)
  return value
}
