import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  printType,
} from 'graphql'

type Member = GraphQLArgument | GraphQLInputField

const intro = `# GraphQL

Generated from schemas/graphql by \`npm run generate\`; do not edit.

Types, fields and arguments of \`/graphql\`, as their descriptions have them. What holds for all of them (positions, errors, limits, transport) is in [the conventions](../contracts/graphql.md); codes are in [codes](codes.md).
`

/** Makes the reference page of the GraphQL API, as Markdown: first the root types, then every other type by name. */
export function graphqlPage(sdl: string): string {
  const schema = buildSchema(sdl)
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(isObjectType)
  const types = Object.values(schema.getTypeMap())
    .filter((type) => !roots.some((root) => root === type) && !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
  return [intro, ...[...roots, ...types].map(section)].join('\n')
}

function section(type: GraphQLNamedType): string {
  return [`## ${type.name}\n`, `${type.description ?? ''}\n`, body(type)].filter((part) => part !== '').join('\n')
}

function body(type: GraphQLNamedType): string {
  if (isScalarType(type)) return ''
  if (isEnumType(type)) return table(['value', 'meaning'], enumRows(type))
  if (isInputObjectType(type)) return table(['field', 'type', 'meaning'], Object.values(type.getFields()).map(memberRow))
  if (isObjectType(type)) return table(['field', 'type', 'meaning'], Object.values(type.getFields()).flatMap(fieldRows))
  throw new TypeError(`no section for ${printType(type)}`)
}

function enumRows(type: GraphQLEnumType): string[][] {
  return type.getValues().map(({ name, description }) => [`\`${name}\``, cell(description)])
}

/** Makes a row for a field, and one for each of its arguments. */
function fieldRows(field: GraphQLField<unknown, unknown>): string[][] {
  const own = [`\`${field.name}\``, `\`${field.type}\``, cell(field.description)]
  return [own, ...field.args.map((argument) => [`\`${field.name}(${argument.name}:)\``, ...memberRow(argument).slice(1)])]
}

function memberRow({ name, type, description, defaultValue }: Member): string[] {
  const fallback = defaultValue === undefined ? '' : ` = ${String(defaultValue)}`
  return [`\`${name}\``, `\`${type}${fallback}\``, cell(description)]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}

function cell(description: string | null | undefined): string {
  return (description ?? '').replaceAll(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')
}
