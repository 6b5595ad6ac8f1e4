import { randomUUID } from 'node:crypto'
import { runTask } from '@elves/core/command-api/run-task.ts'
import { anyUtf16 } from '@elves/schemas/codec/any-value.ts'
import fc from 'fast-check'
import { headersOf } from './doors.ts'
import { signedQuery } from './sign-v2.ts'

/** A request that any door accepts. */
export interface AnyRequest {
  readonly func: string
  /** JSON text. */
  readonly param: string | null
  readonly proxy: string | null
  readonly key: string | null
}

/** What the edge of such a test has as ELVES_TOKEN. */
export const edgeToken = 'token-of-the-local-admin-of-the-tests'

/** URLs of the edge and of command-service, which run with {@link edgeToken}, service secret `secret`, auth key `key` and auth id `id`. */
export interface DoorUrls {
  readonly edge: string
  readonly command: string
  /** The agent's ip. */
  readonly ip: string
}

/** Sends a request; resolves with the task id, or the code of the refusal. */
export type Door = (urls: DoorUrls, request: AnyRequest) => Promise<string>

/** Returns the answer as text, because parsing would change its numbers. */
export async function graphqlText({ edge }: Pick<DoorUrls, 'edge'>, query: string, variables: string): Promise<string> {
  const body = `{"query":${JSON.stringify(query)},"variables":${variables}}`
  return (await fetch(`${edge}/graphql`, { method: 'POST', headers: headersOf({ token: edgeToken }), body })).text()
}

const runMutation = 'mutation ($i: RunTaskInput!) { runTask(input: $i) { task { id } refusal { code } } }'

export const byGraphql: Door = async (urls, { func, param, proxy, key }) => {
  const rest = JSON.stringify({ agent: urls.ip, app: 'apptest', func, proxy, idempotencyKey: key, wait: false })
  const answer = await graphqlText(urls, runMutation, `{"i":${rest.slice(0, -1)},"param":${param}}}`)
  const { task, refusal } = JSON.parse(answer).data.runTask
  return task?.id ?? refusal.code
}

export const byRest: Door = async ({ edge, ip }, { func, param, proxy, key }) => {
  const path = '/api/v2/rt/exec'
  const optional = Object.entries({ param, proxy, idempotency_key: key }).filter((pair): pair is [string, string] => pair[1] !== null)
  const query = signedQuery({ path, parameters: { ip, app: 'apptest', func, ...Object.fromEntries(optional) }, key: 'key' }, 'id')
  const answer = (await (await fetch(`${edge}${path}?${query}`)).json()) as { result?: { id: string }; error: string }
  return answer.result?.id ?? answer.error
}

export const byCommandApi: Door = async ({ command, ip }, { func, param, proxy, key }) => {
  const caller = { actor: { kind: 'LOCAL', id: 'local', name: null }, correlationId: 'c', metadata: {} }
  const request = { agent: ip, app: 'apptest', func, param, proxy, processor: false, timeoutMs: 0, wait: false, idempotencyKey: key }
  const headers = { 'content-type': 'application/json', authorization: 'Bearer secret' }
  const body = JSON.stringify({ caller, requests: [request] })
  const response = await fetch(`${command}${runTask.path}`, { method: 'POST', headers, body })
  const [answer] = ((await response.json()) as { answers: { taskId: string | null; refusal: { code: string } | null }[] }).answers
  return answer?.taskId ?? answer?.refusal?.code ?? ''
}

const spaced = fc.json({ stringUnit: 'binary' }).map((text) => JSON.stringify(JSON.parse(text), null, 1))
const param = fc.oneof(
  { weight: 3, arbitrary: spaced },
  {
    weight: 2,
    arbitrary: fc.constantFrom('{"2":1,"1":9007199254740993}', '1e400', '{"a":-0,"a":1.0}', '"\\u0000\\ud83d\\/"', '{"__proto__":{"x":1}}', '{'),
  },
  { weight: 1, arbitrary: fc.integer({ min: 60, max: 68 }).map((levels) => '['.repeat(levels) + ']'.repeat(levels)) },
  { weight: 1, arbitrary: fc.constant(null) },
)
const name = fc.oneof({ weight: 3, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }) }, { weight: 1, arbitrary: anyUtf16 })
export const anyRequest: fc.Arbitrary<AnyRequest> = fc.record({
  func: name,
  param,
  proxy: fc.option(name, { freq: 3 }),
  // Made unique, because fast-check generates the same text more than once.
  key: fc.option(
    name.map((text) => `${randomUUID()} ${text}`),
    { freq: 2 },
  ),
})

/** The request as a URL can carry it: REST v2 treats blank as missing, and a URL has no lone surrogates. */
export function restRequest({ func, param: text, proxy, key }: AnyRequest): AnyRequest {
  const given = (one: string | null) => (one === null || one.trim() === '' ? null : one.toWellFormed())
  return { func: func.toWellFormed(), param: given(text), proxy: given(proxy), key: given(key) }
}
