import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apollo, graphqlRequest, graphqlWs, urql } from '../clients/node-clients.ts'
import { input, mutationText, queryText, type Seen, seenBy, subscriptionText } from '../clients/operations.ts'
import { goEnv, has, output, pythonPackages } from '../clients/tools.ts'
import { startPlatform, type TestPlatform } from '../support/platform.ts'
import { signedQuery } from '../support/sign-v2.ts'

/** Clients of other makers, with their defaults: each queries, runs a task, and follows it if it can; through what a cluster has in front of its doors. */

const clients = join(import.meta.dirname, '..', 'clients')
const body = (query: string, variables: object = {}): string => JSON.stringify({ query, variables })
const queryBody = body(queryText)
const mutationBody = body(mutationText, { input })
/** POSITION and TASK are filled in by the client. */
const subscriptionBody = body(subscriptionText, { after: 'POSITION', streams: ['task-TASK'] })
const rtExec = '/api/v2/rt/exec'
const restParameters = { ip: '127.0.0.1', app: 'apptest', func: 'helloword' }
const seen: Seen = { version: expect.stringMatching(/^\d+\.\d+\.\d+$/), message: 'hello word!', event: 'TaskSucceeded', rest: 'hello word!' }

let platform: TestPlatform

beforeAll(async () => {
  platform = await startPlatform({ sharesBroker: true })
})

afterAll(() => platform?.dispose())

function restUrl(): string {
  const { url, authId, authKey } = platform.ready()
  return `${url}${rtExec}?${signedQuery({ path: rtExec, parameters: restParameters, key: authKey }, authId)}`
}

test('Apollo', async () => {
  expect(await seenBy(apollo(platform.ready()))).toEqual({ ...seen, rest: null })
})

test('Apollo, with hashes in the place of documents', async () => {
  expect(await seenBy(apollo(platform.ready(), true))).toEqual({ ...seen, rest: null })
})

test('urql, whose queries are GET', async () => {
  expect(await seenBy(urql(platform.ready()))).toEqual({ ...seen, rest: null })
})

test('graphql-request', async () => {
  expect(await seenBy(graphqlRequest(platform.ready()))).toEqual({ ...seen, event: null, rest: null })
})

test('graphql-ws', async () => {
  expect(await seenBy(graphqlWs(platform.ready()))).toEqual({ ...seen, rest: null })
})

test.skipIf(!has('curl', ['--version'], 'HTTP2'))('curl, which offers HTTP/2', async () => {
  const curl = (...args: string[]): Promise<string> => output('curl', ['--silent', '--show-error', '--fail', '--http2', ...args])
  const { graphqlUrl, url, token } = platform.ready()
  const bearer = ['--header', `authorization: Bearer ${token}`]
  const json = [...bearer, '--header', 'content-type: application/json']
  const asked = JSON.parse(await curl(...json, '--data', queryBody, graphqlUrl))
  const got = JSON.parse(await curl(...bearer, '--get', '--data-urlencode', `query=${queryText}`, graphqlUrl))
  expect([asked.data.platform.version, got.data.platform.version]).toEqual([seen.version, seen.version])
  expect(JSON.parse(await curl(...json, '--data', mutationBody, graphqlUrl)).data.runTask.task.result).toEqual({ message: seen.message })
  expect(JSON.parse(await curl(restUrl())).result.worker_message).toBe(seen.rest)
  expect(JSON.parse(await curl('--data', restUrl().split('?')[1] ?? '', `${url}${rtExec}`)).result.worker_message).toBe(seen.rest)
})

test.skipIf(!has('java', ['--source', '17', '--version']))("Java's HttpClient", async () => {
  const { graphqlUrl, subscriptionsUrl } = platform.ready()
  const args = [graphqlUrl, subscriptionsUrl, restUrl(), queryBody, mutationBody, subscriptionBody, platform.ready().token]
  expect(JSON.parse(await output('java', [join(clients, 'ElvesClient.java'), ...args]))).toEqual(seen)
})

test.skipIf(!has('go', ['version']))("Go's net/http", async () => {
  const args = [platform.ready().graphqlUrl, restUrl(), queryBody, mutationBody, platform.ready().token]
  expect(JSON.parse(await output('go', ['run', join(clients, 'elves_client.go'), ...args], goEnv))).toEqual({ ...seen, event: null })
})

test.skipIf(!has('python3', ['-m', 'pip', '--version']))("Python's gql", async ({ skip }) => {
  const packages = await pythonPackages().catch((error: Error) => skip(`gql could not be installed: ${error.message}`))
  const { graphqlUrl, subscriptionsUrl } = platform.ready()
  const args = [graphqlUrl, subscriptionsUrl, restUrl(), queryBody, mutationBody, subscriptionBody, platform.ready().token]
  expect(JSON.parse(await output('python3', [join(clients, 'elves_client.py'), ...args], { PYTHONPATH: packages }))).toEqual(seen)
})
