import { GraphQLScalarType } from 'graphql'
import { JsonText } from '../json-text/json-text.ts'
import { literalText } from '../json-text/literal-text.ts'

/** Any JSON value, unchanged. An input, whether a literal (which may contain variables) or a variable, reaches resolvers as a {@link JsonText}. */
export const jsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => (node.kind === 'NullValue' ? null : new JsonText(literalText(node, variables))),
})
