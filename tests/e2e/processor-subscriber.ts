import process from 'node:process'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

/** A program that follows `processorResults` at a URL (1st argument) for an app (2nd) and a name (3rd), and prints one line of JSON for each. */
const [, , url = '', app = '', name = ''] = process.argv
const query = 'subscription ($app: String!, $name: String!) { processorResults(app: $app, name: $name) { position task { id state } } }'
createClient({ url, webSocketImpl: WebSocket, retryAttempts: 100 }).subscribe<{ processorResults: object }>(
  { query, variables: { app, name } },
  {
    next: ({ data, errors }) => process.stdout.write(`${JSON.stringify(data?.processorResults ?? { errors })}\n`),
    error: (error) => process.stdout.write(`${JSON.stringify({ errors: error })}\n`),
    complete: () => undefined,
  },
)
