import { ElvesError } from './errors.ts'

/** Most causes of causes that are logged: an error may be its own cause. */
const causesMost = 5
const errorsMost = 5

export interface LoggedError {
  readonly type: string
  readonly code?: string | number
  readonly message: string
  readonly stack?: string
  readonly facts?: ElvesError['facts']
  readonly cause?: unknown
  readonly errors?: readonly unknown[]
}

/**
 * Returns what a log shows of a thrown thing. Libraries attach whole objects to their errors (pg its client, with the keys
 * of the connection), so of an error of another library only these fields may leave the process.
 */
export function loggedError(thrown: unknown, depth = 0): unknown {
  if (!(thrown instanceof Error)) return isPlain(thrown) ? thrown : String(thrown)
  const { name, message, stack, cause, code } = thrown as Error & { code?: unknown }
  const isDeeper = depth < causesMost
  return {
    type: thrown.constructor.name || name,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    message,
    ...(stack !== undefined && { stack }),
    ...(thrown instanceof ElvesError && Object.keys(thrown.facts).length > 0 && { facts: thrown.facts }),
    ...(isDeeper && cause !== undefined && { cause: loggedError(cause, depth + 1) }),
    ...(isDeeper && thrown instanceof AggregateError && { errors: thrown.errors.slice(0, errorsMost).map((error) => loggedError(error, depth + 1)) }),
  } satisfies LoggedError
}

function isPlain(thrown: unknown): boolean {
  return thrown === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof thrown)
}
