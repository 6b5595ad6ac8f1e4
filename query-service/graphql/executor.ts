import { ElvesError } from '@elves/core/foundation/errors.ts'
import { type ExecutionResult, execute, type GraphQLSchema } from 'graphql'
import type { RequestContext } from './context.ts'
import type { Documents } from './documents.ts'
import { type AnsweredError, answeredErrors } from './errors.ts'
import { executePlanned } from './execution/planned-execution.ts'
import type { GraphqlMetrics, RootField } from './graphql-metrics.ts'
import type { QueryLimits } from './limits/cost.ts'

export interface Answer {
  readonly data?: ExecutionResult['data']
  readonly errors?: readonly AnsweredError[]
}

/** Runs queries and mutations. It never throws: errors are in the answer. */
export type Executor = (context: RequestContext) => Promise<Answer>

export interface ExecutorOptions {
  readonly schema: GraphQLSchema
  readonly documents: Documents
  readonly limits: QueryLimits
  readonly metrics: GraphqlMetrics
}

/** Makes the executor that the HTTP and WebSocket doors share. */
export function graphqlExecutor({ schema, documents, limits, metrics }: ExecutorOptions): Executor {
  async function answered(context: RequestContext, asked: (fields: readonly RootField[]) => void): Promise<Answer> {
    const { caller, services } = context
    try {
      const document = documents.prepared(context.operation.query)
      const { plan, variables, sourced } = context.charge(limits, schema, document)
      asked(plan.rootFields)
      const { operation, planned } = plan
      if (operation.operation === 'subscription') {
        throw new ElvesError('BAD_REQUEST', 'subscriptions are served over WebSocket, by the graphql-transport-ws protocol')
      }
      const { operationName, isReadOnly } = context.operation
      if (operation.operation === 'mutation' && isReadOnly) throw new ElvesError('METHOD_NOT_ALLOWED', 'a mutation is served by POST only')
      const result = await (planned
        ? executePlanned(planned, context, variables)
        : execute({ schema, document, contextValue: context, rootValue: {}, variableValues: sourced, operationName }))
      const { data = null } = result
      const wrong = [...(result.errors ?? []), ...context.leftOut]
      if (wrong.length === 0) return { data }
      const errors = wrong.flatMap((error) => answeredErrors(error, caller.correlationId, services.logger))
      return 'data' in result ? { data, errors } : { errors }
    } catch (thrown) {
      return { errors: answeredErrors(thrown, caller.correlationId, services.logger) }
    }
  }

  return async (context) => {
    const startedAt = performance.now()
    let fields: readonly RootField[] = []
    const answer = await answered(context, (asked) => {
      fields = asked
    })
    metrics.answered(fields, answer.errors ?? [], performance.now() - startedAt)
    return answer
  }
}
