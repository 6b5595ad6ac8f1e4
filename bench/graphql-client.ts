import { Pool } from 'undici'

/** A GraphQL client over `connections` sockets, with one request per socket at a time; throws on any error in the answer. */
export interface GraphqlClient {
  request<Data>(query: string, variables?: object): Promise<Data>
  close(): Promise<void>
}

/** Where GraphQL is, and what it wants to see. */
export interface GraphqlDoor {
  readonly graphqlUrl: string
  readonly token: string
}

export function graphqlClient({ graphqlUrl, token }: GraphqlDoor, connections: number): GraphqlClient {
  const { origin, pathname } = new URL(graphqlUrl)
  const pool = new Pool(origin, { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })
  return {
    async request<Data>(query: string, variables: object = {}): Promise<Data> {
      const { body } = await pool.request({
        path: pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
      })
      const answer = (await body.json()) as { data: Data; errors?: unknown }
      if (answer.errors) throw new Error(`GraphQL answered ${JSON.stringify(answer.errors).slice(0, 2000)}`)
      return answer.data
    },
    close: () => pool.close(),
  }
}
