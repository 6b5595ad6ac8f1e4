import { release } from '@elves/core/foundation/release.ts'
import { type RestErrorCode, restErrors } from './answers.ts'
import { codesOfModules, type Endpoint } from './endpoint.ts'
import type { JsonSchema, RestParameter, RestParameters } from './parameter.ts'

export type Endpoints = ReadonlyMap<string, Endpoint>

/** Parameters of the signature, which every endpoint takes; docs/contracts/rest-v2.md says how to sign. */
export const signatureParameters: Readonly<Record<string, { readonly meaning: string; readonly schema: JsonSchema }>> = {
  auth_id: { meaning: 'Who asks.', schema: { type: 'string' } },
  timestamp: { meaning: 'Unix seconds, at most 180 s from the clock of the server.', schema: { type: 'string', pattern: '^[0-9]+$' } },
  sign_type: {
    meaning: '`md5`, or `hmac-sha256` as our extension; in any case.',
    schema: { type: 'string', pattern: '^([Mm][Dd]5|[Hh][Mm][Aa][Cc]-[Ss][Hh][Aa]256)$', examples: ['md5'] },
  },
  sign: {
    meaning: 'The signature in hexadecimal: 32 digits of MD5, or 64 of HMAC-SHA256; in any case.',
    schema: { type: 'string', pattern: '^([0-9A-Fa-f]{32}|[0-9A-Fa-f]{64})$' },
  },
}

/** Refusals that every endpoint can answer, whatever its parameters are. */
const refusalsOfAll: readonly RestErrorCode[] = ['401.1', '401.2', '401.3', '401.4', '401.5', '401.6', '401.7', '401.8', '413.1', '500']

/** Returns every refusal that an endpoint can answer, in the order of the contract. */
export function refusalsOf({ parameters, refusals, module }: Endpoint): readonly RestErrorCode[] {
  const ofParameters = Object.values(parameters).flatMap(({ code }) => code ?? [])
  const all = new Set([...refusalsOfAll, ...(module ? [codesOfModules[module]] : []), ...ofParameters, ...refusals])
  return (Object.keys(restErrors) as RestErrorCode[]).filter((code) => all.has(code))
}

/** The OpenAPI 3.1 document of REST v2, made of the descriptions by which its endpoints are served. */
export function openApiDocument(endpoints: Endpoints) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Elves, REST v2',
      version: release,
      summary: 'What scripts of Elves 0.1.x call.',
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: tags.filter(({ name }) => [...endpoints.keys()].some((path) => tagOf(path) === name)),
    paths: Object.fromEntries(
      [...endpoints].map(([path, endpoint]) => [path, { get: operation(path, endpoint, 'get'), post: operation(path, endpoint, 'post') }]),
    ),
    components: {
      parameters: Object.fromEntries(
        Object.entries(signatureParameters).map(([name, parameter]) => [name, inQuery(name, { ...parameter, isNeeded: true })]),
      ),
    },
  }
}

const description = [
  'Each endpoint takes GET with a query string, and POST with a form (`application/x-www-form-urlencoded`); the parameters of both are merged, and the last one counts.',
  'Every answer is HTTP 200 with the envelope `{"flag","error","result"}`; only an address where nothing is answers 404, in the envelope too.',
  '',
  'A request is signed: take every parameter but `sign` and `sign_type`, not encoded, sorted by name, join them as `name=value` with `&`, and put the path and `?` before them.',
  'For `md5`, append the key and take MD5 of the UTF-8 bytes. For `hmac-sha256`, take the HMAC of the text with the key. In hexadecimal.',
].join('\n')

const tags = [
  { name: 'rt', description: 'A task that runs now.' },
  { name: 'queue', description: 'Tasks with dependencies, which run once.' },
  { name: 'cron', description: 'Rules that make tasks again and again.' },
  { name: 'info', description: 'What an auth id may use.' },
]

function tagOf(path: string): string {
  return path.split('/')[3] ?? ''
}

function operation(path: string, endpoint: Endpoint, method: 'get' | 'post'): JsonSchema {
  const { summary, note, parameters, result } = endpoint
  const codes = refusalsOf(endpoint)
  const signature = Object.keys(signatureParameters)
  const asked =
    method === 'get'
      ? {
          parameters: [
            ...Object.entries(parameters).map(([name, parameter]) => inQuery(name, parameter)),
            ...signature.map((name) => ({ $ref: `#/components/parameters/${name}` })),
          ],
        }
      : { requestBody: { required: true, content: { 'application/x-www-form-urlencoded': { schema: formSchema(parameters) } } } }
  return {
    operationId: [method, ...path.split('/').slice(3)].join('_'),
    tags: [tagOf(path)],
    summary,
    ...(note === undefined ? {} : { description: note }),
    ...asked,
    responses: {
      200: {
        description: `Done (\`flag\` is \`true\`), or refused.\n\n${codes.map((code) => `- \`[${code}]${restErrors[code]}\``).join('\n')}`,
        content: { 'application/json': { schema: { oneOf: [doneSchema(result), refusedSchema(codes)] } } },
      },
    },
  }
}

function inQuery(name: string, { meaning, isNeeded, schema }: Pick<RestParameter, 'meaning' | 'isNeeded' | 'schema'>): JsonSchema {
  return { name, in: 'query', required: isNeeded, description: meaning, schema }
}

function formSchema(parameters: RestParameters): JsonSchema {
  const described = Object.entries(parameters).map(([name, { meaning, schema }]) => [name, { description: meaning, ...schema }])
  const signature = Object.entries(signatureParameters).map(([name, { meaning, schema }]) => [name, { description: meaning, ...schema }])
  const needed = Object.entries(parameters).filter(([, { isNeeded }]) => isNeeded)
  return {
    type: 'object',
    properties: Object.fromEntries([...described, ...signature]),
    required: [...needed.map(([name]) => name), ...Object.keys(signatureParameters)],
  }
}

function doneSchema(result: JsonSchema | null): JsonSchema {
  const properties = { flag: { const: 'true' }, error: { const: '' }, ...(result ? { result } : {}) }
  return { title: 'Done', type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

function refusedSchema(codes: readonly RestErrorCode[]): JsonSchema {
  const anyCode = codes.map((code) => code.replace('.', String.raw`\.`)).join('|')
  const properties = { flag: { const: 'false' }, error: { type: 'string', pattern: String.raw`^\[(${anyCode})\]` } }
  return { title: 'Refused', type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}
