import { GraphQLScalarType } from 'graphql'
import { JsonText } from '../json-text/json-text.ts'
import { literalText } from '../json-text/literal-text.ts'

/** Any JSON value, as it is. Given as a literal (which may hold variables) or as a variable, it comes in as its text. */
export const jsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => (node.kind === 'NullValue' ? null : new JsonText(literalText(node, variables))),
})
