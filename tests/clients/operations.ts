/** What each client does, the same for all: a query, a mutation, and a subscription that begins before the mutation. */
export const queryText = 'query Version { platform { version readPosition } }'
export const mutationText =
  'mutation Run($input: RunTaskInput!) { runTask(input: $input) { task { id state result { message } } position refusal { code } } }'
export const subscriptionText =
  'subscription Ended($after: Position, $streams: [String!]) { eventAppended(after: $after, filter: { streams: $streams, types: ["TaskSucceeded"] }) { type stream } }'

export const input = { agent: '127.0.0.1', app: 'apptest', func: 'helloword', param: { text: '\u4e2d\u6587 \ud83d\ude00' } }

export interface QueryData {
  readonly platform: { readonly version: string; readonly readPosition: string }
}

export interface MutationData {
  readonly runTask: { readonly task: { readonly id: string; readonly state: string; readonly result: { readonly message: string } } }
}

export interface SubscriptionData {
  readonly eventAppended: { readonly type: string; readonly stream: string }
}

/** What a client got to see; null where it has no such thing. */
export interface Seen {
  readonly version: string
  readonly message: string
  readonly event: string | null
  readonly rest: string | null
}

/** A client of GraphQL with the three operations, however it does them. */
export interface GraphqlClient {
  query(): Promise<QueryData>
  mutate(): Promise<MutationData>
  /** The first item. */
  subscribe: ((variables: Record<string, unknown>) => Promise<SubscriptionData>) | null
}

export async function seenBy({ query, mutate, subscribe }: GraphqlClient): Promise<Seen> {
  const { platform } = await query()
  const { task } = (await mutate()).runTask
  const item = subscribe && (await subscribe({ after: platform.readPosition, streams: [`task-${task.id}`] }))
  return { version: platform.version, message: task.result.message, event: item?.eventAppended.type ?? null, rest: null }
}
