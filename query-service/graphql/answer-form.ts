import type { IncomingMessage } from 'node:http'
import type { Code } from '@elves/core/foundation/codes.ts'
import { httpStatus } from '@elves/core/http/http-status.ts'
import Negotiator from 'negotiator'
import type { Answer } from './executor.ts'

/** What GraphQL answers are served as: the first where a client does not mind, or names nothing that we have. */
export const answerForms = ['application/json; charset=utf-8', 'application/graphql-response+json; charset=utf-8'] as const
export type AnswerForm = (typeof answerForms)[number]

export function wantedForm(request: IncomingMessage): AnswerForm {
  return (new Negotiator(request).mediaType([...answerForms]) as AnswerForm | undefined) ?? answerForms[0]
}

/**
 * The HTTP status of an operation's answer, by the specification of GraphQL over HTTP. As `application/json` it is 200
 * as soon as the request was one of GraphQL: older clients take any other status for an answer of something in between.
 */
export function answerStatus({ data, errors }: Answer, form: AnswerForm): number {
  if (data !== undefined) return 200
  const code = errors?.[0]?.extensions.code as Code | undefined
  if (code === undefined) return 500
  return form === answerForms[0] && code !== 'METHOD_NOT_ALLOWED' ? 200 : httpStatus(code)
}
