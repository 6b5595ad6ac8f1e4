import { GraphQLScalarType, type ObjectValueNode, valueFromASTUntyped } from 'graphql'

/** Any JSON value, as it is. A literal may hold variables too. */
export const jsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => plain(valueFromASTUntyped(node as ObjectValueNode, variables)),
})

/** graphql makes objects without a prototype, and leaves `undefined` where a variable is missing. */
function plain(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value))
}
