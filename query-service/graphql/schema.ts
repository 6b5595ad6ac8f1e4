import { graphqlSdl } from '@elves/schemas/graphql/sdl.ts'
import { buildSchema, type GraphQLField, type GraphQLSchema, isObjectType, isScalarType } from 'graphql'
import type { Resolvers } from '../generated/graphql.ts'

export type Resolve = NonNullable<GraphQLField<unknown, unknown>['resolve']>
type FieldResolver = Resolve | { readonly subscribe: Resolve; readonly resolve: Resolve }

/** Wraps the resolver of a field of `Query`, `Mutation` or `Subscription`, so that it is asked first who may use the field. */
export type Guard = (path: string, resolve: Resolve) => Resolve

/**
 * Builds the schema of schemas/graphql with these resolvers. Throws if a resolver has no field, or a field has two resolvers, or the guard knows
 * no rule for one.
 */
export function executableSchema(parts: readonly Resolvers[], guard: Guard = (_path, resolve) => resolve): GraphQLSchema {
  const schema = buildSchema(graphqlSdl())
  for (const [name, ours] of parts.flatMap((resolvers) => Object.entries(resolvers))) {
    const type = schema.getType(name)
    if (isScalarType(type) && isScalarType(ours)) {
      const { serialize, parseValue, parseLiteral } = ours
      Object.assign(type, { serialize, parseValue, parseLiteral })
    } else if (isObjectType(type)) {
      for (const [field, resolver] of Object.entries(ours)) attach(type.getFields()[field], resolver as FieldResolver, `${name}.${field}`)
    } else throw new TypeError(`no type ${name} to resolve`)
  }
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const path = `${type?.name}.${field.name}`
      if (field.subscribe) field.subscribe = guard(path, field.subscribe)
      else if (field.resolve) field.resolve = guard(path, field.resolve)
    }
  }
  return schema
}

function attach(field: GraphQLField<unknown, unknown> | undefined, resolver: FieldResolver, path: string): void {
  if (!field) throw new TypeError(`no field ${path} to resolve`)
  if (field.resolve) throw new TypeError(`two features resolve ${path}`)
  if (typeof resolver === 'function') field.resolve = resolver
  else Object.assign(field, resolver)
}
