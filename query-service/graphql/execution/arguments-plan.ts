import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  getArgumentValues,
  isInputObjectType,
  isNonNullType,
  Kind,
  type ObjectValueNode,
  type ValueNode,
  valueFromAST,
} from 'graphql'
import type { Arguments, CoercedVariables } from '../limits/cost.ts'

/** Returns the arguments of a field of one document. Throws what graphql's `getArgumentValues` throws. */
export type ArgumentsPlan = (variables: CoercedVariables) => Arguments

type Value = (variables: CoercedVariables) => unknown

/** A value that is not as usual: graphql itself decides then what comes of it. */
const unusual = Symbol('unusual')

/**
 * Plans the arguments of a field. Values without variables are worked out once, variables are handed on, as graphql does, which
 * has coerced them already. Whatever is missing or null where it may not be is left to graphql, so that its errors are the same.
 */
export function argumentsPlan(field: GraphQLField<unknown, unknown>, node: FieldNode): ArgumentsPlan {
  const slowly: ArgumentsPlan = (variables) => getArgumentValues(field, node, variables)
  const given = new Map((node.arguments ?? []).map(({ name, value }) => [name.value, value]))
  if (![...given.values()].some(hasVariable)) return withoutVariables(slowly)
  const plans = field.args.map((argument) => ({ name: argument.name, value: argumentValue(argument, given.get(argument.name)) }))
  return (variables) => {
    const args: Record<string, unknown> = {}
    for (const { name, value } of plans) {
      const found = value(variables)
      if (found === unusual) return slowly(variables)
      if (found !== undefined) args[name] = found
    }
    return args
  }
}

function withoutVariables(slowly: ArgumentsPlan): ArgumentsPlan {
  let args: Arguments | undefined
  return () => {
    args ??= slowly({})
    return { ...args }
  }
}

function argumentValue({ type, defaultValue }: GraphQLArgument, node: ValueNode | undefined): Value {
  return orDefault(node && planOfValue(node, type), type, defaultValue)
}

/** Takes the default where there is no value, or only a variable that was not given. The result is undefined if there is neither. */
function orDefault(value: Value | undefined, type: GraphQLInputType, defaultValue: unknown): Value {
  const instead = defaultValue === undefined && isNonNullType(type) ? unusual : defaultValue
  if (!value) return () => instead
  return (variables) => {
    const found = value(variables)
    return found === undefined ? instead : found
  }
}

function planOfValue(node: ValueNode, type: GraphQLInputType): Value {
  if (node.kind === Kind.VARIABLE) return variableValue(node.name.value, type)
  if (!hasVariable(node)) return literalValue(node, type)
  const nullable = isNonNullType(type) ? type.ofType : type
  if (node.kind === Kind.OBJECT && isInputObjectType(nullable)) return objectValue(node, nullable.getFields())
  return (variables) => orUnusual(valueFromAST(node, type, variables))
}

/** The value is undefined if the variable was not given. */
function variableValue(name: string, type: GraphQLInputType): Value {
  const isNonNull = isNonNullType(type)
  return (variables) => {
    const value = variables[name]
    return isNonNull && value === null ? unusual : value
  }
}

/** Works the value out at its first use: a scalar of the schema says what it is. */
function literalValue(node: ValueNode, type: GraphQLInputType): Value {
  let found: unknown
  return () => {
    found ??= orUnusual(valueFromAST(node, type))
    return found
  }
}

interface InputField {
  readonly name: string
  readonly type: GraphQLInputType
  readonly defaultValue?: unknown
}

function objectValue(node: ObjectValueNode, fields: { readonly [name: string]: InputField }): Value {
  const given = new Map(node.fields.map(({ name, value }) => [name.value, value]))
  const plans = Object.values(fields).map(({ name, type, defaultValue }) => {
    const value = given.get(name)
    return { name, value: orDefault(value && planOfValue(value, type), type, defaultValue) }
  })
  return (variables) => {
    const object: Record<string, unknown> = Object.create(null)
    for (const { name, value } of plans) {
      const found = value(variables)
      if (found === unusual) return unusual
      if (found !== undefined) object[name] = found
    }
    return object
  }
}

function orUnusual(value: unknown): unknown {
  return value === undefined ? unusual : value
}

function hasVariable(node: ValueNode): boolean {
  if (node.kind === Kind.VARIABLE) return true
  if (node.kind === Kind.LIST) return node.values.some(hasVariable)
  return node.kind === Kind.OBJECT && node.fields.some(({ value }) => hasVariable(value))
}
