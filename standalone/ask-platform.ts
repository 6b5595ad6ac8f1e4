import type { Doors } from './ready-file.ts'

/** Asks the platform over GraphQL; throws if the answer has errors, or takes longer than `timeoutMs` (default: it may take its time). */
export async function askPlatform<Data>(
  { graphqlUrl, token }: Pick<Doors, 'graphqlUrl' | 'token'>,
  query: string,
  variables: object = {},
  timeoutMs?: number,
): Promise<Data> {
  const response = await fetch(graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
    ...(timeoutMs !== undefined && { signal: AbortSignal.timeout(timeoutMs) }),
  })
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown }
  if (data === undefined || data === null || errors !== undefined) throw new Error(`GraphQL answered ${JSON.stringify(errors)}`)
  return data
}
