import { Kind, type ValueNode } from 'graphql'
import { JsonText, jsonOf } from './json-text.ts'

type Variables = Readonly<Record<string, unknown>> | null | undefined

/** The JSON text of a literal in a document, numbers as they stand there. How deep it nests, the limit of documents bounds. */
export function literalText(node: ValueNode, variables: Variables): string {
  return textOf(node, variables) ?? 'null'
}

/** Null for a variable that is not given: an object then lacks the field, a list has null. */
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
