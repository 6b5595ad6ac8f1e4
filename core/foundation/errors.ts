import type { Code } from './codes.ts'

export interface ErrorOptions {
  /** True if the same call may succeed later. */
  readonly canRetry?: boolean
  readonly cause?: unknown
  /** Details for the log and the caller beside the message. Never secrets. */
  readonly facts?: Readonly<Record<string, unknown>>
}

/** The one error class of the platform. Tell errors apart by `code`, never by the message. */
export class ElvesError extends Error {
  override readonly name = 'ElvesError'
  readonly code: Code
  readonly canRetry: boolean
  readonly facts: Readonly<Record<string, unknown>>
  constructor(code: Code, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.canRetry = options.canRetry ?? false
    this.facts = options.facts ?? {}
  }
}

/** Returns anything that was thrown as an {@link ElvesError}; what is not one becomes INTERNAL. */
export function asElvesError(thrown: unknown): ElvesError {
  if (thrown instanceof ElvesError) return thrown
  return new ElvesError('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown })
}
