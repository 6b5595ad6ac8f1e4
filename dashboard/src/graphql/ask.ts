import type { TypedDocumentString } from '../../generated/operations.ts'
import { heedCode } from './admission.ts'

/** A request that failed. `code` is one of the platform's codes, or `UNREACHABLE` where no answer came. */
export class AskError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

interface Answer<Data> {
  readonly data?: Data | null
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[]
}

/** Asks the platform that served this page; throws AskError. */
export async function ask<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const { data, errors } = await send<Data>({ query: document.toString(), variables }, signal)
  const [error] = errors ?? []
  heedCode(error?.extensions?.code)
  if (error !== undefined) throw new AskError(error.extensions?.code ?? 'INTERNAL', error.message)
  if (data === undefined || data === null) throw new AskError('INTERNAL', 'the answer has no data')
  return data
}

async function send<Data>(body: object, signal?: AbortSignal): Promise<Answer<Data>> {
  const answer = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  }).catch((error: Error) => {
    if (error.name === 'AbortError') throw error
    throw new AskError('UNREACHABLE', error.message)
  })
  return (await answer.json().catch(() => ({ errors: [{ message: `HTTP ${answer.status}`, extensions: { code: 'UNREACHABLE' } }] }))) as Answer<Data>
}
