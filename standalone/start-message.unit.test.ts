import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Ready } from './ready-file.ts'
import { graphqlCall, restCall, startMessage } from './start-message.ts'

const ready: Ready = {
  url: 'http://127.0.0.1:4100',
  graphqlUrl: 'http://127.0.0.1:4100/graphql',
  subscriptionsUrl: 'ws://127.0.0.1:4100/graphql',
  gatewayUrl: 'ws://127.0.0.1:4100/gateway?token=t',
  outerUrl: null,
  authId: 'ID',
  authKey: 'KEY',
  token: 'TOKEN',
  agents: [{ id: 'a', ip: '127.0.0.1' }],
  pids: { standalone: 1, postgres: 2, agents: [3] },
}

/** Runs the text in a shell whose curl prints its arguments, one per line. */
function curlArguments(call: string): string[] {
  return execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }; ${call}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n')
}

test.skipIf(process.platform === 'win32')('the REST call signs at the moment when it is run', () => {
  const url = new URL(curlArguments(restCall(ready)).at(-1) ?? '')
  const { sign, sign_type: signType, ...signed } = Object.fromEntries(url.searchParams)
  const text = `/api/v2/rt/exec?${Object.keys(signed)
    .sort()
    .map((name) => `${name}=${signed[name]}`)
    .join('&')}KEY`
  expect([signType, sign]).toEqual(['md5', createHash('md5').update(text).digest('hex')])
  expect(signed['timestamp']).toMatch(/^\d{10}$/)
})

const places = { dataDir: 'd', appsDir: 'a', logFile: 'l', hasDashboard: true, hasGraphiql: true, notes: [] }

test('names first the link that signs a browser in, to the dashboard where it is served', () => {
  const first = (message: string) => message.split('\n').find((line) => line.includes('http'))
  expect(first(startMessage(ready, places))).toMatch(/ http:\/\/127\.0\.0\.1:4100\/\?token=TOKEN .*dashboard/)
  expect(first(startMessage(ready, { ...places, hasDashboard: false }))).toMatch(/ http:\/\/127\.0\.0\.1:4100\/\?token=TOKEN +\(signs/)
})

test('names GraphiQL where it is served', () => {
  expect(startMessage(ready, { ...places, hasGraphiql: true })).toContain('http://127.0.0.1:4100/graphiql')
  expect(startMessage(ready, { ...places, hasGraphiql: false })).not.toContain('graphiql')
})

test.skipIf(process.platform === 'win32')('the GraphQL call sends JSON with the mutation', () => {
  const sent = curlArguments(graphqlCall(ready))
  expect(sent).toContain('authorization: Bearer TOKEN')
  const body = JSON.parse(sent.at(-1) ?? '')
  expect(body.query).toContain('runTask(input: {agent: "127.0.0.1", app: "apptest", func: "helloword"})')
})
