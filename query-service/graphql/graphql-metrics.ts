import { labelledCounter, labelledDurations } from '@elves/core/foundation/metrics.ts'
import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, OperationTypeNode, type SelectionSetNode } from 'graphql'
import type { Registry } from 'prom-client'
import type { AnsweredError } from './errors.ts'

/** A root field of an operation. */
export interface RootField {
  /** `query.tasks`: the operation's type and the field's name in the schema. A name that a client makes up must not make a series. */
  readonly operation: string
  /** The field's name in the answer and its errors. */
  readonly responseKey: string
}

export interface GraphqlMetrics {
  /** A query or a mutation was answered, or a subscription refused. `fields` is empty if the request was no operation. */
  answered(fields: readonly RootField[], errors: readonly AnsweredError[], tookMs: number): void
  /** A subscription has begun (`errors` is null) or was ended by errors. */
  followed(fields: readonly RootField[], errors: readonly AnsweredError[] | null): void
}

const noOperation: RootField = { operation: 'none', responseKey: '' }
const introspection = 'query.introspection'

/** An operation counts once for each of its root fields, however often it asks for the field. */
export function graphqlMetrics(registry: Registry, schema: GraphQLSchema): GraphqlMetrics {
  const answering = [...operationsOf(schema, OperationTypeNode.QUERY), introspection, ...operationsOf(schema, OperationTypeNode.MUTATION)]
  const following = operationsOf(schema, OperationTypeNode.SUBSCRIPTION)
  const requests = labelledCounter(registry, {
    name: 'elves_graphql_requests_total',
    help: 'GraphQL operations by root field and by the code of the answer; OK where it has no errors.',
    labels: { operation: [...answering, ...following, noOperation.operation], code: ['OK'] },
  })
  const seconds = labelledDurations(registry, {
    name: 'elves_graphql_request_duration_seconds',
    help: 'Duration of GraphQL queries and mutations by root field; of one that waits, until the task has ended.',
    labels: { operation: answering },
  })

  function count(fields: readonly RootField[], errors: readonly AnsweredError[]): void {
    for (const [operation, asked] of Map.groupBy(fields.length === 0 ? [noOperation] : fields, (field) => field.operation)) {
      const error = errors.find(({ path }) => path === undefined || asked.some(({ responseKey }) => responseKey === path[0]))
      requests.inc({ operation, code: error?.extensions.code ?? 'OK' })
    }
  }

  return {
    answered(fields, errors, tookMs) {
      count(fields, errors)
      for (const operation of new Set(fields.map((field) => field.operation))) {
        if (answering.includes(operation)) seconds.observe({ operation }, tookMs / 1000)
      }
    },
    followed: (fields, errors) => count(fields, errors ?? []),
  }
}

/** Returns the root fields of an operation in a valid document; a field with several aliases appears several times. */
export function rootFields(document: DocumentNode, { operation, selectionSet }: OperationDefinitionNode): RootField[] {
  const found: RootField[] = []
  const looked = new Set<string>()
  const left: SelectionSetNode[] = [selectionSet]
  for (let next = left.pop(); next; next = left.pop()) {
    for (const selection of next.selections) {
      if (selection.kind === Kind.FIELD) {
        const { name, alias } = selection
        const label = name.value.startsWith('__') ? introspection : `${operation}.${name.value}`
        found.push({ operation: label, responseKey: (alias ?? name).value })
      } else if (selection.kind === Kind.INLINE_FRAGMENT) left.push(selection.selectionSet)
      else if (!looked.has(selection.name.value)) {
        looked.add(selection.name.value)
        const spread = document.definitions.find((one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === selection.name.value)
        if (spread?.kind === Kind.FRAGMENT_DEFINITION) left.push(spread.selectionSet)
      }
    }
  }
  return found
}

function operationsOf(schema: GraphQLSchema, type: OperationTypeNode): string[] {
  return Object.keys(schema.getRootType(type)?.getFields() ?? {}).map((field) => `${type}.${field}`)
}
