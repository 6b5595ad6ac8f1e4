import type { Code } from './codes.ts'

export interface ErrorOptions {
  /** Whether the same call may succeed later. */
  readonly canRetry?: boolean
  readonly cause?: unknown
  /** What the log and the caller may know beside the message. Never secrets. */
  readonly facts?: Readonly<Record<string, unknown>>
}

/** The one error class of the platform: told apart by `code`, never by its message. */
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

/** Any thrown thing as an {@link ElvesError}; what is not one already becomes INTERNAL. */
export function asElvesError(thrown: unknown): ElvesError {
  if (thrown instanceof ElvesError) return thrown
  return new ElvesError('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown })
}
