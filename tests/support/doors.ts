import type { Doors } from '@elves/standalone/ready-file.ts'
import { signedQuery } from './sign-v2.ts'

export interface RestAnswer {
  readonly flag: string
  readonly error: string
  readonly result?: Readonly<Record<string, string>>
}

/** Headers with which the doors of people take JSON from the local admin. */
export function headersOf({ token }: Pick<Doors, 'token'>): { readonly authorization: string; readonly 'content-type': string } {
  return { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
}

/** Options of graphql-ws for the subscriptions of a platform. */
export function subscriberOf({ subscriptionsUrl: url, token }: Pick<Doors, 'subscriptionsUrl' | 'token'>) {
  return { url, connectionParams: { authorization: `Bearer ${token}` } }
}

/** Returns `data`; throws if the answer has errors. */
export async function askGraphql<Data>({ graphqlUrl, token }: Pick<Doors, 'graphqlUrl' | 'token'>, query: string, variables: object): Promise<Data> {
  const response = await fetch(graphqlUrl, {
    method: 'POST',
    headers: headersOf({ token }),
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as { data?: Data | null; errors?: unknown }
  if (data === undefined || data === null || errors !== undefined) throw new Error(`GraphQL answered ${JSON.stringify(errors)}`)
  return data
}

/** Makes a REST v2 call with a signature by a program that shares no code with ours. */
export async function askRest({ url, authId, authKey }: Doors, path: string, parameters: Readonly<Record<string, string>>): Promise<RestAnswer> {
  const response = await fetch(`${url}${path}?${signedQuery({ path, parameters, key: authKey }, authId)}`)
  return (await response.json()) as RestAnswer
}
