import type { IncomingMessage } from 'node:http'
import type { Caller } from '@elves/core/command-api/command.ts'
import type { Code } from '@elves/core/foundation/codes.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { itemsOf } from '@elves/core/foundation/json-text.ts'
import { Slices } from '@elves/core/foundation/slices.ts'
import { httpStatus } from '@elves/core/http/http-status.ts'
import { takeJsonBodies } from '@elves/core/http/json-body.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'
import { type Authenticated, type Authenticator, askerOf, callerAs } from '../sign-in/authenticator.ts'
import { isOfPage, setCookie } from '../sign-in/credentials.ts'
import { seenClient } from '../sign-in/seen-client.ts'
import { type AnswerDoor, type GraphqlServices, type Operation, RequestContext } from './context.ts'
import { answeredErrors } from './errors.ts'
import type { Answer, Executor } from './executor.ts'
import type { GraphqlMetrics } from './graphql-metrics.ts'
import { JsonText } from './json-text/json-text.ts'
import { AnswerBudget, maxAnswerBytes, tooLarge } from './limits/answer-budget.ts'
import { type Budget, newBudget, type QueryLimits } from './limits/cost.ts'
import { tooComplex } from './limits/document-limits.ts'
import { operationOf, operationOfUrl, parseSource, type SourceJson } from './operations.ts'
import { isOverLimits, type TellOverLimits, wasOverLimits } from './told-over-limits.ts'

export interface HttpDoorOptions {
  readonly authenticator: Authenticator
  readonly services: GraphqlServices
  readonly execute: Executor
  readonly limits: QueryLimits
  readonly metrics: GraphqlMetrics
  readonly tellOverLimits: TellOverLimits
}

export const graphqlPath = '/graphql'

/** The media types of GraphQL answers. The first is used if the client accepts anything, or nothing that is served. */
const answerForms = ['application/json; charset=utf-8', 'application/graphql-response+json; charset=utf-8'] as const
type AnswerForm = (typeof answerForms)[number]

/** Twice the limit of rows: field names and small values may take as much again as the rows, and aliases may repeat a large value. */
const mostCharacters = 2 * maxAnswerBytes
/** Parts of an answer between two looks at the clock: most answers are written before the first one. */
const partsAtOnce = 256

/** Who sent a request. */
interface Sender {
  readonly request: FastifyRequest
  readonly who: Authenticated
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<string>

/**
 * POST /graphql takes JSON only: a web page can't send that to another origin without a preflight. GET takes queries
 * only: a page of another origin can't read the answer, and a query changes nothing. Returns the handler of GET,
 * because its route also serves WebSockets.
 */
export function httpDoor(scope: FastifyInstance, options: HttpDoorOptions): Handler {
  const { authenticator, services, execute, limits, metrics, tellOverLimits } = options
  takeJsonBodies(scope, (_request, text, done) => done(null, parseSource(text)))
  scope.setErrorHandler(async (thrown, request, reply) => {
    // What is too much before any operation was looked at: nobody asked yet who sends it.
    if (isOverLimits(thrown)) tellOverLimits(request.raw, await askerOf(request, authenticator).catch(() => null))
    return refuse(thrown, request, reply, services, metrics)
  })

  function budgetOf(reply: FastifyReply): Budget {
    return newBudget(limits, AnswerBudget.untilSent(services.answers, reply.raw))
  }

  async function ran(context: RequestContext, { request, who }: Sender): Promise<Answer> {
    const answer = await execute(context)
    if (wasOverLimits(answer)) tellOverLimits(request.raw, who)
    return answer
  }

  async function written(answer: Answer, { correlationId }: Caller): Promise<{ readonly text: string; readonly answer: Answer }> {
    try {
      return { text: await answerText(answer), answer }
    } catch (thrown) {
      const errors = answeredErrors(thrown, correlationId, services.logger)
      return { text: JSON.stringify({ errors }), answer: { errors } }
    }
  }

  async function answerOne(read: () => Operation, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const form = wantedForm(request.raw)
    const who = await askerOf(request, authenticator)
    const caller = callerAs(who, request)
    const context = new RequestContext(caller, services, read(), budgetOf(reply), { door: answerDoor(request, reply), gate: who.gate })
    const { text, answer } = await written(await ran(context, { request, who }), caller)
    const status = answerStatus(answer, form)
    if (status === 405) reply.header('allow', 'POST')
    reply.status(status).type(form)
    return text
  }

  async function answerOfBatch(body: SourceJson, caller: Caller, budget: Budget, sender: Sender): Promise<Answer> {
    try {
      return await ran(new RequestContext(caller, services, operationOf(body), budget, { gate: sender.who.gate }), sender)
    } catch (thrown) {
      const errors = answeredErrors(thrown, caller.correlationId, services.logger)
      metrics.answered([], errors, 0)
      return { errors }
    }
  }

  scope.post(graphqlPath, async (request, reply) => {
    const body = (request.body as SourceJson | undefined) ?? { value: undefined, text: '' }
    const { value, text } = body
    if (!Array.isArray(value)) return answerOne(() => operationOf(body), request, reply)
    if (value.length > limits.maxBatch) throw tooComplex(`a batch has at most ${limits.maxBatch} operations`)
    const who = await askerOf(request, authenticator)
    const caller = callerAs(who, request)
    const budget = budgetOf(reply)
    // A batch of answers is not a GraphQL response by the specification, so it is plain JSON.
    reply.type(answerForms[0])
    const batch = itemsOf(text).map(({ start, end }, index) => ({ value: value[index] as unknown, text: text.slice(start, end) }))
    const answers = await Promise.all(batch.map(async (one) => written(await answerOfBatch(one, caller, budget, { request, who }), caller)))
    return `[${answers.map((one) => one.text).join(',')}]`
  })
  return (request, reply) => answerOne(() => operationOfUrl(request.raw.url ?? ''), request, reply)
}

/** Answers requests that fail before GraphQL: bad JSON, another content type, too large, not authenticated. */
function refuse(thrown: unknown, request: FastifyRequest, reply: FastifyReply, { logger }: GraphqlServices, metrics: GraphqlMetrics): FastifyReply {
  const { statusCode, message } = thrown as { statusCode?: number; message?: string }
  const isCallers = !(thrown instanceof ElvesError) && statusCode !== undefined && statusCode >= 400 && statusCode < 500
  const text = statusCode === 415 ? 'a body must be sent as application/json' : message
  const error = isCallers ? new ElvesError('BAD_REQUEST', text ?? 'bad request') : thrown
  const errors = answeredErrors(error, request.id, logger)
  metrics.answered([], errors, 0)
  const form = wantedForm(request.raw)
  const status = isCallers ? statusCode : error instanceof ElvesError ? refusalStatus(error, form) : 500
  return reply.status(status).type(form).send(JSON.stringify({ errors }))
}

/** Clients that send hashes look for this refusal only in answers with status 200, unless the media type defines its own statuses. */
function refusalStatus({ code }: ElvesError, form: AnswerForm): number {
  return code === 'PERSISTED_QUERY_NOT_SUPPORTED' && form === answerForms[0] ? 200 : httpStatus(code)
}

/** Codes that programs and proxies look for in the status, whatever the form. */
const shownByStatus: readonly Code[] = ['METHOD_NOT_ALLOWED', 'UNAUTHENTICATED']

function answerDoor(request: FastifyRequest, reply: FastifyReply): AnswerDoor {
  return {
    remoteAddress: seenClient(request.raw).address,
    program: request.headers['user-agent'] ?? '',
    setToken(token, expiresAt) {
      if (!isOfPage(request.raw)) return
      reply.header('set-cookie', setCookie(request.raw, token ?? '', token === null ? 0 : Math.floor((expiresAt - Date.now()) / 1_000)))
    },
  }
}

/** What most clients send; working it out takes longer than all else about the form. */
const plainly: readonly (string | undefined)[] = [undefined, '*/*', 'application/json']

function wantedForm(request: IncomingMessage): AnswerForm {
  if (plainly.includes(request.headers.accept)) return answerForms[0]
  return (new Negotiator(request).mediaType([...answerForms]) as AnswerForm | undefined) ?? answerForms[0]
}

/**
 * Returns the HTTP status of an operation's answer, by the specification of GraphQL over HTTP. For `application/json`
 * it is 200 for every GraphQL request but a mutation by GET: older clients take another status for the answer of a
 * proxy.
 */
function answerStatus({ data, errors }: Answer, form: AnswerForm): number {
  if (data !== undefined) return 200
  const code = errors?.[0]?.extensions.code as Code | undefined
  if (code === undefined) return 500
  return form === answerForms[0] && !shownByStatus.includes(code) ? 200 : httpStatus(code)
}

/** Writes an answer as JSON, in slices of time so that other work gets its turn. Throws ANSWER_TOO_LARGE. */
async function answerText({ data, errors }: Answer): Promise<string> {
  const parts: string[] = []
  let slices: Slices | undefined
  let length = 0
  for (const part of partsOf(data)) {
    parts.push(part)
    length += part.length
    if (length > mostCharacters) throw tooLarge()
    if (parts.length % partsAtOnce > 0) continue
    slices ??= new Slices()
    await slices.rest()
  }
  const members = [data === undefined ? [] : [`"data":${parts.join('')}`], errors === undefined ? [] : [`"errors":${JSON.stringify(errors)}`]]
  return `{${members.flat().join(',')}}`
}

function* partsOf(value: unknown): Generator<string, void> {
  if (value instanceof JsonText) yield value.text
  else if (typeof value !== 'object' || value === null) yield JSON.stringify(value) ?? 'null'
  else if (Array.isArray(value)) yield* partsOfList(value)
  else yield* partsOfObject(value)
}

function* partsOfList(list: readonly unknown[]): Generator<string, void> {
  let mark = '['
  for (const item of list) {
    yield mark
    yield* partsOf(item)
    mark = ','
  }
  yield mark === '[' ? '[]' : ']'
}

function* partsOfObject(object: object): Generator<string, void> {
  let mark = '{'
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined) continue
    yield `${mark}${JSON.stringify(name)}:`
    yield* partsOf(value)
    mark = ','
  }
  yield mark === '{' ? '{}' : '}'
}
