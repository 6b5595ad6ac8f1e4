import { randomUUID } from 'node:crypto'
import type { Caller } from '@elves/core/command-api/command.ts'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import type { WebSocket } from '@fastify/websocket'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type ExecutionArgs, GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql'
import { makeServer } from 'graphql-ws'
import { type Authenticated, callerAs } from '../sign-in/authenticator.ts'
import { RequestContext } from './context.ts'
import type { Documents } from './documents.ts'
import { type AnsweredError, answeredErrors } from './errors.ts'
import { rootFields } from './graphql-metrics.ts'
import { graphqlPath, type HttpDoorOptions } from './http-door.ts'
import { AnswerBudget } from './limits/answer-budget.ts'
import { newBudget } from './limits/cost.ts'
import { tooComplex } from './limits/document-limits.ts'
import { operationOfMessage } from './operations.ts'
import { isOverLimits } from './told-over-limits.ts'
import { keepAlive, socketOf } from './websocket-link.ts'

export interface WebSocketDoorOptions extends HttpDoorOptions {
  readonly schema: GraphQLSchema
  readonly documents: Documents
  /** Answers a GET that does not ask for a WebSocket. */
  readonly answerGet: (request: FastifyRequest, reply: FastifyReply) => Promise<string>
}

interface Extra {
  readonly socket: WebSocket
  /** Says who sends on this socket. `authorization` is that of `connectionParams`. Throws UNAUTHENTICATED. */
  identify(authorization: string | undefined): Promise<Authenticated>
  callerAs(who: Authenticated): Caller
  tellOverLimits(who: Authenticated): void
  /** Null until the client has said who it is. */
  caller: Caller | null
}

/** What the protocol closes a socket with whose client does not say who it is. Clients do not connect again. */
const unauthorized = 4401

/** Most concurrent operations on one socket; more are refused with QUERY_TOO_COMPLEX. */
const operationsPerSocket = 100
/** Most bytes for the rows of one answer; less than over HTTP, because the answer is written in one piece. */
const maxAnswerBytes = 4 * 1024 * 1024

/**
 * Serves the protocol graphql-transport-ws on /graphql with graphql-ws. The next message of a subscription is taken
 * only when the last one has left for the network, so a slow client's unread messages wait in its own bounded queue.
 */
export function webSocketDoor(scope: FastifyInstance, options: WebSocketDoorOptions): void {
  const { authenticator, services, tellOverLimits } = options
  const protocol = graphqlTransportWs(options)
  scope.route({
    method: 'GET',
    url: graphqlPath,
    exposeHeadRoute: false,
    preHandler: async (request) => {
      // Who sends the header is told at once; a page can't send it, and says who it is in the first message.
      if (request.ws && request.headers.authorization !== undefined) await authenticator.authenticate(request.raw)
    },
    handler: options.answerGet,
    wsHandler: (socket: WebSocket, request) => {
      const stopPinging = keepAlive(socket)
      const closed = protocol.opened(socketOf(socket, services.logger), {
        socket,
        identify: async (authorization) => authenticator.authenticate(request.raw, request.headers.authorization ?? authorization),
        callerAs: (who) => callerAs(who, request),
        tellOverLimits: (who) => tellOverLimits(request.raw, who),
        caller: null,
      })
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
    onConnect: async ({ extra, connectionParams }) => {
      try {
        const who = await extra.identify(shownIn(connectionParams))
        extra.caller = extra.callerAs(who)
        endWith(extra.socket, who.ending)
        return true
      } catch (error) {
        closeUnauthorized(extra.socket, error)
        return false
      }
    },
    onSubscribe: async ({ extra, subscriptions, connectionParams }, _id, payload) => {
      let who: Authenticated | null = null
      try {
        // Each operation is a use of the session, and is let in like one over HTTP.
        who = await extra.identify(shownIn(connectionParams))
        const caller = { ...extra.callerAs(who), correlationId: randomUUID() }
        if (Object.keys(subscriptions).length > operationsPerSocket) throw tooComplex(`a socket has at most ${operationsPerSocket} operations`)
        const answer = new AnswerBudget(services.answers, maxAnswerBytes)
        answers.set(payload, answer)
        const context = new RequestContext(caller, services, operationOfMessage(payload), newBudget(limits, answer), { gate: who.gate })
        return checkedOperation({ schema, limits, documents, metrics }, context)
      } catch (thrown) {
        if (who && isOverLimits(thrown)) extra.tellOverLimits(who)
        if (asElvesError(thrown).code === 'UNAUTHENTICATED') closeUnauthorized(extra.socket, thrown)
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
      const answered = answeredErrors({ errors }, (extra.caller as Caller).correlationId, logger)
      metrics.answered([], answered, 0)
      return answered as never
    },
  })
}

function shownIn(connectionParams: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const given = connectionParams?.['authorization'] ?? connectionParams?.['Authorization']
  return typeof given === 'string' ? given : undefined
}

/** Closes a socket whose client proves nothing (any more). Throws what is no such error. */
function closeUnauthorized(socket: WebSocket, error: unknown): void {
  const { code, message } = asElvesError(error)
  if (code !== 'UNAUTHENTICATED') throw error
  socket.close(unauthorized, closeReason(code, message))
}

/** Closes a socket when what its client showed proves nothing any more. */
function endWith(socket: WebSocket, ending: Authenticated['ending']): void {
  if (ending === null) return
  const forget = ending(() => socket.close(unauthorized, closeReason('UNAUTHENTICATED', 'the session has ended')))
  if (socket.readyState > socket.OPEN) forget()
  else socket.once('close', forget)
}

/** A reason has at most 123 bytes. */
function closeReason(code: string, message: string): string {
  return Buffer.from(`${code}: ${message}`)
    .subarray(0, 123)
    .toString()
    .replace(/\ufffd$/, '')
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
