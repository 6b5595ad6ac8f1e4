import { parsePosition } from '@elves/core/eventing/position.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { GraphQLScalarType, Kind } from 'graphql'

/** A position as text. Anything else is refused with POSITION_INVALID. */
export const positionScalar = new GraphQLScalarType<string, string>({
  name: 'Position',
  serialize: (value) => value as string,
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : null),
})

function parse(value: unknown): string {
  if (typeof value !== 'string') throw new ElvesError('POSITION_INVALID', 'a position is a text')
  parsePosition(value)
  return value
}
