import { codes, type ErrorCode, isCode } from '@elves/core/foundation/codes.ts'
import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'

/** An entry of `errors` as clients see it. Each has a code and the correlation id under which the log has more. */
export interface AnsweredError extends GraphQLFormattedError {
  readonly extensions: { readonly code: string; readonly correlationId: string; readonly [fact: string]: unknown }
}

/** The only mapping of thrown errors to GraphQL errors. Internal errors are logged and answered as INTERNAL without details. */
export function answeredErrors(thrown: unknown, correlationId: string, logger: Logger): AnsweredError[] {
  return listOf(thrown).map((error) => answeredError(error, correlationId, logger))
}

/** Errors of validation come as one error that contains them all. */
function listOf(thrown: unknown): readonly unknown[] {
  const inner = (thrown as { errors?: unknown } | null)?.errors
  return Array.isArray(inner) && inner.length > 0 ? inner : [thrown]
}

function answeredError(thrown: unknown, correlationId: string, logger: Logger): AnsweredError {
  const error = toElvesError(thrown)
  const place = placeOf(thrown)
  if (error.code === 'INTERNAL') {
    logger.error({ err: (thrown as { originalError?: unknown }).originalError ?? thrown, correlationId, ...place }, 'GraphQL request failed')
    return { message: codes.INTERNAL.meaning, ...place, extensions: { code: error.code, correlationId } }
  }
  const facts = error.canRetry ? { ...error.facts, canRetry: true } : error.facts
  // The message may quote client text with halves of surrogate pairs.
  return { message: error.message.toWellFormed(), ...place, extensions: { ...facts, code: error.code, correlationId } }
}

/** An error of graphql itself is BAD_REQUEST if it came before execution (it has no path then), else INTERNAL. */
function toElvesError(thrown: unknown): ElvesError {
  if (thrown instanceof ElvesError) return thrown
  if (!(thrown instanceof GraphQLError)) return asElvesError(thrown)
  const { originalError, extensions } = thrown
  if (originalError instanceof ElvesError) return originalError
  if (originalError instanceof GraphQLError) return toElvesError(originalError)
  const code = extensions?.['code']
  if (typeof code === 'string' && isCode(code)) return new ElvesError(code as ErrorCode, thrown.message)
  if (thrown.path === undefined && !originalError) return new ElvesError('BAD_REQUEST', thrown.message)
  return new ElvesError('INTERNAL', thrown.message, { cause: originalError ?? thrown })
}

function placeOf(thrown: unknown): Pick<GraphQLFormattedError, 'locations' | 'path'> {
  if (!(thrown instanceof GraphQLError)) return {}
  const { locations, path } = thrown
  return { ...(locations && { locations }), ...(path && { path }) }
}
