import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { sharedPlatform, type TestPlatform, testedShape } from '@elves/tests/support/platform.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The samples of the guide, run in their order on a platform with one agent. */

const guide = readFileSync(join(import.meta.dirname, 'webhooks.md'), 'utf8')
const samplesOf = (language: string) =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, sample = '']) => sample)

interface Taken {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const taken: Taken[] = []
const folder = mkdtempSync(join(tmpdir(), 'elves-webhooks-'))
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  taken.push({ headers: request.headers, body: Buffer.concat(chunks) })
  response.writeHead(204).end()
})
let platform: TestPlatform
let webhook = ''

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  platform = await sharedPlatform()
})

afterAll(async () => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
  // The next file that shares the platform would have its events sent to nobody.
  if (webhook !== '') await platform.graphql('mutation ($id: ID!) { deleteWebhook(input: { webhook: $id }) { position } }', { id: webhook })
  await platform?.dispose()
})

/** What the sample in Python says of a request. */
function verifiedByPython(secret: string, { headers, body }: Taken): boolean {
  const [sample = ''] = samplesOf('python')
  const input = JSON.stringify({ secret, headers, body: body.toString('base64') })
  const script = `${sample}\nimport json, sys\ngiven = json.load(sys.stdin)\nprint(verify(given["secret"], given["headers"], base64.b64decode(given["body"])))`
  return execFileSync('python3', ['-c', script], { input, encoding: 'utf8' }).trim() === 'True'
}

// In containers the receiver of this test is out of reach.
test.skipIf(testedShape === 'compose')('each sample does what the guide says', async () => {
  const [create = '', list = '', ...more] = samplesOf('graphql')
  expect(more).toEqual([])
  const { port } = server.address() as AddressInfo
  interface Created {
    readonly createWebhook: { readonly webhook: { readonly id: string }; readonly secret: string; readonly refusal: null }
  }
  const { createWebhook } = await platform.graphql<Created>(create.replace('127.0.0.1:8300', `127.0.0.1:${port}`))
  webhook = createWebhook.webhook.id
  expect(createWebhook).toMatchObject({ webhook: { state: 'ACTIVE' }, secret: expect.stringMatching(/^whsec_/), refusal: null })
  await platform.graphql('mutation { runTask(input: { agent: "127.0.0.1", app: "apptest", func: "helloword" }) { task { id } } }')
  await waitFor(() => taken.length > 0, { what: 'the delivery' })
  const [first] = taken as [Taken, ...Taken[]]
  expect(JSON.parse(first.body.toString())).toMatchObject({ type: 'TaskSucceeded', data: { app: 'apptest', state: 'SUCCEEDED' } })
  const changed = { ...first, body: Buffer.from(first.body.toString().replace('TaskSucceeded', 'TaskFailed')) }
  writeFileSync(join(folder, 'verify.mjs'), samplesOf('js')[0] ?? '')
  const { verify } = (await import(pathToFileURL(join(folder, 'verify.mjs')).href)) as {
    verify(secret: string, headers: IncomingHttpHeaders, body: Buffer): boolean
  }
  for (const [request, isGood] of [
    [first, true],
    [changed, false],
  ] as const) {
    expect(verifiedByPython(createWebhook.secret, request)).toBe(isGood)
    expect(verify(createWebhook.secret, request.headers, request.body)).toBe(isGood)
  }
  interface Listed {
    readonly webhooks: {
      readonly nodes: readonly {
        readonly deliveries: { readonly nodes: readonly { readonly state: string; readonly attempts: readonly object[] }[] }
      }[]
    }
  }
  await waitFor(async () => {
    const { webhooks } = await platform.graphql<Listed>(list)
    const [delivery] = webhooks.nodes[0]?.deliveries.nodes ?? []
    return delivery?.state === 'DELIVERED' && delivery.attempts.length === 1
  })
})
