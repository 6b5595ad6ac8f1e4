import type { IncomingMessage } from 'node:http'
import type { Code } from '@elves/core/foundation/codes.ts'
import { httpStatus } from '@elves/core/http/http-status.ts'
import Negotiator from 'negotiator'
import type { Answer } from './executor.ts'

/** The media types of GraphQL answers. The first is used if the client accepts anything, or nothing that is served. */
export const answerForms = ['application/json; charset=utf-8', 'application/graphql-response+json; charset=utf-8'] as const
export type AnswerForm = (typeof answerForms)[number]

/** What most clients send; working it out takes longer than all else about the form. */
const plainly: readonly (string | undefined)[] = [undefined, '*/*', 'application/json']

export function wantedForm(request: IncomingMessage): AnswerForm {
  if (plainly.includes(request.headers.accept)) return answerForms[0]
  return (new Negotiator(request).mediaType([...answerForms]) as AnswerForm | undefined) ?? answerForms[0]
}

/**
 * Returns the HTTP status of an operation's answer, by the specification of GraphQL over HTTP. For `application/json`
 * it is 200 for every GraphQL request but a mutation by GET: older clients take another status for the answer of a
 * proxy.
 */
export function answerStatus({ data, errors }: Answer, form: AnswerForm): number {
  if (data !== undefined) return 200
  const code = errors?.[0]?.extensions.code as Code | undefined
  if (code === undefined) return 500
  return form === answerForms[0] && code !== 'METHOD_NOT_ALLOWED' ? 200 : httpStatus(code)
}
