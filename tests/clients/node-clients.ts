import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { cacheExchange, fetchExchange, subscriptionExchange, Client as UrqlClient } from '@urql/core'
import { GraphQLClient } from 'graphql-request'
import { createClient } from 'graphql-ws'
import {
  type GraphqlClient,
  input,
  type MutationData,
  mutationText,
  type QueryData,
  queryText,
  type SubscriptionData,
  subscriptionText,
} from './operations.ts'

/** Clients for Node, each made as its own first page says. */

interface Urls {
  readonly graphqlUrl: string
  readonly subscriptionsUrl: string
  readonly token: string
}

const headersWith = (token: string) => ({ authorization: `Bearer ${token}` })

export function apollo({ graphqlUrl, subscriptionsUrl, token }: Urls, hashes = false): GraphqlClient {
  const http = new HttpLink({ uri: graphqlUrl, headers: headersWith(token) })
  const byHash = new PersistedQueryLink({ sha256: async () => 'ab'.repeat(32) })
  const link = ApolloLink.split(
    ({ operationType }) => operationType === 'subscription',
    new GraphQLWsLink(createClient({ url: subscriptionsUrl, connectionParams: headersWith(token) })),
    hashes ? ApolloLink.from([byHash, http]) : http,
  )
  const client = new ApolloClient({ link, cache: new InMemoryCache() })
  return {
    query: async () => (await client.query<QueryData>({ query: gql(queryText) })).data as QueryData,
    mutate: async () => (await client.mutate<MutationData>({ mutation: gql(mutationText), variables: { input } })).data as MutationData,
    subscribe: (variables) =>
      new Promise((resolve, reject) => {
        const subscription = client.subscribe<SubscriptionData>({ query: gql(subscriptionText), variables }).subscribe({
          next: ({ data }) => {
            resolve(data as SubscriptionData)
            subscription.unsubscribe()
          },
          error: reject,
        })
      }),
  }
}

export function urql({ graphqlUrl, subscriptionsUrl, token }: Urls): GraphqlClient {
  const socket = createClient({ url: subscriptionsUrl, connectionParams: headersWith(token) })
  const client = new UrqlClient({
    url: graphqlUrl,
    fetchOptions: { headers: headersWith(token) },
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables: variables as Record<string, unknown> }, sink as never) }),
        }),
      }),
    ],
  })
  return {
    query: async () => dataOf(await client.query<QueryData>(queryText, {})),
    mutate: async () => dataOf(await client.mutation<MutationData>(mutationText, { input })),
    subscribe: (variables) =>
      new Promise((resolve) => {
        const { unsubscribe } = client.subscription<SubscriptionData>(subscriptionText, variables).subscribe((result) => {
          resolve(dataOf(result))
          setImmediate(() => unsubscribe())
        })
      }),
  }
}

function dataOf<Data>({ data, error }: { data?: Data | undefined; error?: Error | undefined }): Data {
  if (error !== undefined || data === undefined) throw error ?? new Error('no data')
  return data
}

export function graphqlRequest({ graphqlUrl, token }: Urls): GraphqlClient {
  const client = new GraphQLClient(graphqlUrl, { headers: headersWith(token) })
  return {
    query: () => client.request<QueryData>(queryText),
    mutate: () => client.request<MutationData>(mutationText, { input }),
    subscribe: null,
  }
}

/** All three over WebSocket, by the WebSocket that Node brings. */
export function graphqlWs({ subscriptionsUrl, token }: Urls): GraphqlClient {
  const client = createClient({ url: subscriptionsUrl, connectionParams: headersWith(token) })
  const first = async <Data extends object>(query: string, variables: Record<string, unknown> = {}): Promise<Data> => {
    for await (const { data, errors } of client.iterate<Data>({ query, variables })) {
      if (!data) throw new Error(JSON.stringify(errors))
      return data
    }
    throw new Error('nothing came')
  }
  return {
    query: () => first<QueryData>(queryText),
    mutate: () => first<MutationData>(mutationText, { input }),
    subscribe: (variables) => first<SubscriptionData>(subscriptionText, variables),
  }
}
