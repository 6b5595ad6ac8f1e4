import {
  type ExecutionResult,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  locatedError,
  type OperationDefinitionNode,
  OperationTypeNode,
  responsePathAsArray,
} from 'graphql'
import { inspect } from 'graphql/jsutils/inspect.js'
import type { CoercedVariables } from '../limits/cost.ts'
import type { PlannedField, ValueShape } from './selection-plan.ts'

type Path = GraphQLResolveInfo['path']
type Data = { [key: string]: unknown }

export interface PlannedOperation {
  readonly schema: GraphQLSchema
  readonly operation: OperationDefinitionNode
  readonly fragments: { readonly [name: string]: FragmentDefinitionNode }
  readonly rootType: GraphQLObjectType
  readonly fields: readonly PlannedField[]
}

/**
 * Executes a planned operation on coerced variables, as graphql's `execute` does it: the same values and errors, in the same order,
 * with the same places; a property test compares the two. What is saved is looking up, for each value, what the document and the
 * schema say about it.
 */
export function executePlanned(
  planned: PlannedOperation,
  contextValue: unknown,
  variables: CoercedVariables,
): Promise<ExecutionResult> | ExecutionResult {
  return new Execution(planned, contextValue, variables).run()
}

class Execution {
  readonly #planned: PlannedOperation
  readonly #context: unknown
  readonly #variables: CoercedVariables
  readonly #root = {}
  readonly #errors: GraphQLError[] = []
  /** Places of the answer that an error has made null; what comes to one of them later is not told. */
  readonly #nulled = new Set<Path | undefined>()

  constructor(planned: PlannedOperation, context: unknown, variables: CoercedVariables) {
    this.#planned = planned
    this.#context = context
    this.#variables = variables
  }

  run(): Promise<ExecutionResult> | ExecutionResult {
    try {
      const { operation, fields } = this.#planned
      const data = operation.operation === OperationTypeNode.MUTATION ? this.#inTurn(fields) : this.#together(fields, this.#root, undefined)
      if (!isPromise(data)) return this.#response(data)
      return data.then(
        (resolved) => this.#response(resolved),
        (error) => this.#failed(error),
      )
    } catch (error) {
      return this.#failed(error)
    }
  }

  #failed(error: unknown): ExecutionResult {
    this.#tell(error as GraphQLError, undefined)
    return this.#response(null)
  }

  #response(data: Data | null): ExecutionResult {
    return this.#errors.length === 0 ? { data } : { errors: this.#errors, data }
  }

  /** Executes the fields of a mutation one after the other. */
  #inTurn(fields: readonly PlannedField[]): Promise<Data> | Data {
    let data: Promise<Data> | Data = Object.create(null) as Data
    for (const field of fields) data = isPromise(data) ? data.then((before) => this.#added(before, field)) : this.#added(data, field)
    return data
  }

  #added(data: Data, field: PlannedField): Promise<Data> | Data {
    const value = this.#field(field, this.#root, undefined)
    if (isPromise(value)) {
      return value.then((resolved) => {
        data[field.key] = resolved
        return data
      })
    }
    data[field.key] = value
    return data
  }

  #together(fields: readonly PlannedField[], source: unknown, path: Path | undefined): Promise<Data> | Data {
    const data = Object.create(null) as Data
    let hasPromise = false
    try {
      for (const field of fields) {
        const value = this.#field(field, source, path)
        data[field.key] = value
        hasPromise ||= isPromise(value)
      }
    } catch (error) {
      if (!hasPromise) throw error
      // The other fields may reject, too.
      return settled(data).finally(() => {
        throw error
      })
    }
    return hasPromise ? settled(data) : data
  }

  #field(field: PlannedField, source: unknown, parent: Path | undefined): unknown {
    const path: Path = { prev: parent, key: field.key, typename: field.parentType.name }
    try {
      const value = this.#resolved(field, source, path)
      const completed = isPromise(value)
        ? value.then((resolved) => this.#completed(field, field.shape, path, resolved))
        : this.#completed(field, field.shape, path, value)
      if (!isPromise(completed)) return completed
      return completed.then(undefined, (error) => this.#nullFor(field, field.shape, path, error))
    } catch (error) {
      return this.#nullFor(field, field.shape, path, error)
    }
  }

  #resolved(planned: PlannedField, source: unknown, path: Path): unknown {
    const { field, isPlain } = planned
    if (!field.resolve) {
      const property = isObjectLike(source) ? source[field.name] : undefined
      if (isPlain && typeof property !== 'function') return property
      const args = planned.args(this.#variables)
      return typeof property === 'function' ? property.call(source, args, this.#context, this.#info(planned, path)) : property
    }
    return field.resolve(source, planned.args(this.#variables), this.#context, this.#info(planned, path))
  }

  #info({ field, nodes, parentType }: PlannedField, path: Path): GraphQLResolveInfo {
    const { schema, fragments, operation } = this.#planned
    return {
      fieldName: field.name,
      fieldNodes: nodes,
      returnType: field.type,
      parentType,
      path,
      schema,
      fragments,
      rootValue: this.#root,
      operation,
      variableValues: this.#variables,
    }
  }

  #completed(field: PlannedField, shape: ValueShape, path: Path, value: unknown): unknown {
    if (value instanceof Error) throw value
    const completed = value === null || value === undefined ? null : this.#completedValue(field, shape, path, value)
    if (completed === null && shape.isNonNull) {
      throw new Error(`Cannot return null for non-nullable field ${field.parentType.name}.${field.field.name}.`)
    }
    return completed
  }

  #completedValue(field: PlannedField, shape: ValueShape, path: Path, value: unknown): unknown {
    if (shape.leaf) return serialized(shape.leaf, value)
    return shape.list ? this.#list(field, shape.list, path, value) : this.#together(shape.fields(), value, path)
  }

  #list(field: PlannedField, item: ValueShape, path: Path, value: unknown): unknown {
    if (!isIterable(value)) {
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${field.parentType.name}.${field.field.name}".`)
    }
    const items: unknown[] = []
    let hasPromise = false
    try {
      for (const one of value) {
        const completed = this.#item(field, item, { prev: path, key: items.length, typename: undefined }, one)
        hasPromise ||= isPromise(completed)
        items.push(completed)
      }
    } catch (error) {
      // Those before it may reject, too, and nobody waits for them: graphql leaves them unhandled, which ends the process.
      for (const one of items) if (isPromise(one)) one.then(undefined, () => undefined)
      throw error
    }
    return hasPromise ? Promise.all(items) : items
  }

  #item(field: PlannedField, item: ValueShape, path: Path, value: unknown): unknown {
    try {
      const completed = isPromise(value)
        ? value.then((resolved) => this.#completed(field, item, path, resolved))
        : this.#completed(field, item, path, value)
      if (!isPromise(completed)) return completed
      return completed.then(undefined, (error) => this.#nullFor(field, item, path, error))
    } catch (error) {
      return this.#nullFor(field, item, path, error)
    }
  }

  /** Tells the error, and returns null in the place of the value; throws the error on if the value may not be null. */
  #nullFor(field: PlannedField, { isNonNull }: ValueShape, path: Path, raw: unknown): null {
    const error = locatedError(raw, field.nodes, responsePathAsArray(path))
    if (isNonNull) throw error
    this.#tell(error, path)
    return null
  }

  #tell(error: GraphQLError, path: Path | undefined): void {
    if (this.#nulled.size > 0 && this.#isNulled(path)) return
    this.#nulled.add(path)
    this.#errors.push(error)
  }

  #isNulled(path: Path | undefined): boolean {
    for (let place = path; place; place = place.prev) if (this.#nulled.has(place)) return true
    return this.#nulled.has(undefined)
  }
}

function serialized(type: GraphQLLeafType, value: unknown): unknown {
  const found = type.serialize(value)
  if (found !== null && found !== undefined) return found
  throw new Error(`Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(found)}`)
}

async function settled(data: Data): Promise<Data> {
  const values = await Promise.all(Object.values(data))
  const resolved = Object.create(null) as Data
  for (const [index, key] of Object.keys(data).entries()) resolved[key] = values[index]
  return resolved
}

function isPromise<Value>(value: Promise<Value> | Value): value is Promise<Value> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

function isObjectLike(value: unknown): value is { readonly [name: string]: unknown } {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && typeof (value as { [Symbol.iterator]?: unknown } | null)?.[Symbol.iterator] === 'function'
}
