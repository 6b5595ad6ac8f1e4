import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { FastifyInstance } from 'fastify'
import { type ExecutionResult, type GraphQLSchema, getOperationAST, NoSchemaIntrospectionCustomRule } from 'graphql'
import { mercurius } from 'mercurius'
import type { Operation, RequestContext } from './context.ts'
import { type AnsweredError, answeredErrors } from './errors.ts'
import { checkNesting, checkParsed, maxTokens, type QueryLimits } from './limits/limits.ts'

export interface Answer {
  readonly data?: ExecutionResult['data']
  readonly errors?: readonly AnsweredError[]
}

/** Runs queries and mutations; what goes wrong is in the answer's errors. */
export type Executor = (context: RequestContext) => Promise<Answer>

export interface ExecutorOptions {
  readonly schema: GraphQLSchema
  readonly limits: QueryLimits
  readonly isIntrospectable: boolean
}

/** Documents are compiled when they come for the third time: once is not worth it, and a flood of new ones costs no compiler. */
const compileAt = 2
const cachedDocuments = 1_024
const namePattern = /^[_A-Za-z]\w{0,127}$/

/**
 * Mercurius without its routes: it parses, validates, caches and compiles documents, and each of our doors (HTTP and
 * WebSocket) brings operations to it.
 */
export async function mercuriusExecutor(server: FastifyInstance, { schema, limits, isIntrospectable }: ExecutorOptions): Promise<Executor> {
  await server.register(mercurius, {
    schema,
    routes: false,
    jit: compileAt,
    cache: cachedDocuments,
    validationRules: isIntrospectable ? [] : [NoSchemaIntrospectionCustomRule],
    graphql: { parseOptions: { maxTokens } },
    errorFormatter: (execution, context) => {
      const { caller, services } = context as unknown as RequestContext
      const errors = (execution.errors ?? []).flatMap((error) => answeredErrors(error, caller.correlationId, services.logger))
      // Formatted errors pass for GraphQLErrors: mercurius only hands them on.
      return { statusCode: 200, response: { data: execution.data ?? null, errors: errors as never } }
    },
  })
  server.graphql.addHook('preValidation', async (_schema, document, context) => {
    checkParsed(document)
    ;(context as unknown as RequestContext).charge(limits, schema, document)
  })
  server.graphql.addHook('preExecution', async (_schema, document, context) => {
    const request = context as unknown as RequestContext
    request.charge(limits, schema, document)
    if (getOperationAST(document, request.operation.operationName)?.operation !== 'subscription') return
    throw new ElvesError('BAD_REQUEST', 'subscriptions are served over WebSocket, by the graphql-transport-ws protocol')
  })
  return async (context) => {
    const { operation, caller, services } = context
    try {
      return (await server.graphql(documentText(operation), context as never, operation.variables, operation.operationName)) as unknown as Answer
    } catch (thrown) {
      return { errors: answeredErrors(thrown, caller.correlationId, services.logger) }
    }
  }
}

/** Mercurius caches a compiled document by its text alone: the comment keeps apart the operations of one document. */
function documentText({ query, operationName }: Operation): string {
  checkNesting(query)
  if (operationName === undefined) return query
  if (!namePattern.test(operationName)) throw new ElvesError('BAD_REQUEST', 'operationName is not a name')
  return `${query}\n#${operationName}`
}
