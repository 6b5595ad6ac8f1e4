import process from 'node:process'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

/** A program that follows `processorResults` at a URL (1st argument) with a token (2nd) for an app (3rd) and a name (4th), and prints one line of JSON for each. */
const [, , url = '', token = '', app = '', name = ''] = process.argv
const query = 'subscription ($app: String!, $name: String!) { processorResults(app: $app, name: $name) { position task { id state } } }'
createClient({ url, connectionParams: { authorization: `Bearer ${token}` }, webSocketImpl: WebSocket, retryAttempts: 100 }).subscribe<{
  processorResults: object
}>(
  { query, variables: { app, name } },
  {
    next: ({ data, errors }) => process.stdout.write(`${JSON.stringify(data?.processorResults ?? { errors })}\n`),
    error: (error) => process.stdout.write(`${JSON.stringify({ errors: error })}\n`),
    complete: () => undefined,
  },
)
