import type { Ready } from '../ready-file.ts'

/** Asks the platform over GraphQL; throws if the answer has errors. */
export async function askPlatform<Data>({ graphqlUrl }: Ready, query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown }
  if (data === undefined || data === null || errors !== undefined) throw new Error(`GraphQL answered ${JSON.stringify(errors)}`)
  return data
}
