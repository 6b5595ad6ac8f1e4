import { randomUUID } from 'node:crypto'
import type { Caller } from '@elves/core/command-api/command.ts'
import type { WebSocket } from '@fastify/websocket'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type ExecutionArgs, GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql'
import { makeServer } from 'graphql-ws'
import { RequestContext } from './context.ts'
import type { Documents } from './documents.ts'
import { type AnsweredError, answeredErrors } from './errors.ts'
import { rootFields } from './graphql-metrics.ts'
import { callerOf, graphqlPath, type HttpDoorOptions } from './http-door.ts'
import { AnswerBudget } from './limits/answer-budget.ts'
import { newBudget } from './limits/cost.ts'
import { tooComplex } from './limits/document-limits.ts'
import { operationOfMessage } from './operations.ts'
import { keepAlive, socketOf } from './websocket-link.ts'

export interface WebSocketDoorOptions extends HttpDoorOptions {
  readonly schema: GraphQLSchema
  readonly documents: Documents
  /** Answers a GET that does not ask for a WebSocket. */
  readonly answerGet: (request: FastifyRequest, reply: FastifyReply) => Promise<string>
}

interface Extra {
  readonly caller: Caller
}

/** Most concurrent operations on one socket; more are refused with QUERY_TOO_COMPLEX. */
const operationsPerSocket = 100
/** Most bytes for the rows of one answer; less than over HTTP, because the answer is written in one piece. */
const maxAnswerBytes = 4 * 1024 * 1024

/**
 * Serves the protocol graphql-transport-ws on /graphql with graphql-ws. The next message of a subscription is taken
 * only when the last one has left for the network, so a slow client's unread messages wait in its own bounded queue.
 */
export function webSocketDoor(scope: FastifyInstance, options: WebSocketDoorOptions): void {
  const { authenticator, services } = options
  const protocol = graphqlTransportWs(options)
  const callers = new WeakMap<FastifyRequest, Caller>()
  scope.route({
    method: 'GET',
    url: graphqlPath,
    exposeHeadRoute: false,
    preHandler: async (request) => {
      if (request.ws) callers.set(request, await callerOf(request, authenticator))
    },
    handler: options.answerGet,
    wsHandler: (socket: WebSocket, request) => {
      const caller = callers.get(request) as Caller
      const stopPinging = keepAlive(socket)
      const closed = protocol.opened(socketOf(socket, services.logger), { caller })
      socket.once('close', (code, reason) => {
        stopPinging()
        closed(code, String(reason)).catch((error: unknown) => services.logger.error({ err: error }, 'closing a subscriber failed'))
      })
    },
  })
}

function graphqlTransportWs({ services, execute, limits, schema, documents, metrics }: WebSocketDoorOptions) {
  const { logger } = services
  const answers = new WeakMap<object, AnswerBudget>()
  return makeServer<Record<string, unknown>, Extra>({
    onSubscribe: ({ extra, subscriptions }, _id, payload) => {
      const caller = { ...extra.caller, correlationId: randomUUID() }
      try {
        if (Object.keys(subscriptions).length > operationsPerSocket) throw tooComplex(`a socket has at most ${operationsPerSocket} operations`)
        const answer = new AnswerBudget(services.answers, maxAnswerBytes)
        answers.set(payload, answer)
        const context = new RequestContext(caller, services, operationOfMessage(payload), newBudget(limits, answer))
        return checkedOperation({ schema, limits, documents, metrics }, context)
      } catch (thrown) {
        return asGraphQLErrors(thrown)
      }
    },
    // Called when the last message has left for the network, or the socket has closed.
    onComplete: (_socket, _id, payload) => answers.get(payload)?.release(),
    execute: (args) => execute(args.contextValue as RequestContext) as never,
    onNext: (_socket, _id, _payload, args, result) => {
      if (!result.errors) return undefined
      const { operation, caller } = args.contextValue as RequestContext
      const asked = getOperationAST(args.document, operation.operationName)
      const isSubscription = asked?.operation === 'subscription'
      // Answers of the executor have been mapped and counted already.
      const errors = isSubscription ? answeredErrors(result, caller.correlationId, logger) : result.errors
      if (isSubscription) metrics.followed(rootFields(args.document, asked), errors as readonly AnsweredError[])
      return { ...(result.data !== undefined && { data: result.data }), errors: errors as never }
    },
    onError: ({ extra }, _id, _payload, errors) => {
      const answered = answeredErrors({ errors }, extra.caller.correlationId, logger)
      metrics.answered([], answered, 0)
      return answered as never
    },
  })
}

/**
 * Returns a valid operation within the limits. Throws otherwise: the protocol answers a refused operation with `error`,
 * and errors of execution with `next`.
 */
function checkedOperation(
  { schema, limits, documents, metrics }: Pick<WebSocketDoorOptions, 'schema' | 'limits' | 'documents' | 'metrics'>,
  context: RequestContext,
): ExecutionArgs {
  const { query, variables, operationName } = context.operation
  const document = documents.prepared(query)
  const { operation, rootFields: fields } = context.charge(limits, schema, document).plan
  if (operation.operation === 'subscription') metrics.followed(fields, null)
  return { schema, document, contextValue: context, rootValue: {}, variableValues: variables ?? {}, operationName: operationName ?? null }
}

function asGraphQLErrors(thrown: unknown): readonly GraphQLError[] {
  if (thrown instanceof AggregateError) return thrown.errors.flatMap(asGraphQLErrors)
  if (thrown instanceof GraphQLError) return [thrown]
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  return [new GraphQLError(error.message, { originalError: error })]
}
