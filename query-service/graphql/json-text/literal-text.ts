import { Kind, type ValueNode } from 'graphql'
import { JsonText, jsonOf } from './json-text.ts'

type Variables = Readonly<Record<string, unknown>> | null | undefined

/** Returns the JSON text of a literal in a document, with its numbers as written. The limit of documents bounds how deep it nests. */
export function literalText(node: ValueNode, variables: Variables): string {
  return textOf(node, variables) ?? 'null'
}

/** Returns null for a missing variable: an object then omits the field, a list contains null. */
function textOf(node: ValueNode, variables: Variables): string | null {
  switch (node.kind) {
    case Kind.VARIABLE:
      return textOfVariable(variables?.[node.name.value])
    case Kind.INT:
    case Kind.FLOAT:
      return node.value
    case Kind.STRING:
    case Kind.ENUM:
    case Kind.BOOLEAN:
      return JSON.stringify(node.value)
    case Kind.NULL:
      return 'null'
    case Kind.LIST:
      return `[${node.values.map((value) => textOf(value, variables) ?? 'null').join(',')}]`
    case Kind.OBJECT:
      return `{${node.fields.flatMap(({ name, value }) => memberText(name.value, textOf(value, variables))).join(',')}}`
  }
}

function memberText(name: string, text: string | null): string[] {
  return text === null ? [] : [`${JSON.stringify(name)}:${text}`]
}

function textOfVariable(value: unknown): string | null {
  if (value === undefined) return null
  return value instanceof JsonText ? value.text : jsonOf(value)
}
