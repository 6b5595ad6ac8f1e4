import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { restEndpoints } from '../features.ts'
import { type Edge, edge } from '../tests/edge.ts'
import { signatureParameters } from './openapi.ts'

/** The OpenAPI document that the edge serves, held against what it answers. */

let it: Edge
let document: Document

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { readonly name?: string; readonly $ref?: string; readonly required?: boolean }[]
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: { readonly properties: object; readonly required: string[] } }>>
  }
}

const headers = { host: 'localhost' }
const form = 'application/x-www-form-urlencoded'

beforeAll(async () => {
  it = await edge()
  const answer = await it.server.inject({ url: '/api/v2/openapi.json', headers })
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
  document = answer.json()
})

afterAll(() => it.stop())

test('is a valid document of OpenAPI 3.1', async () => {
  const validator = new Validator()
  expect(await validator.validate(document as never)).toEqual({ valid: true })
  expect(validator.version).toBe('3.1')
  expect(await validator.validate({ ...document, paths: { '/x': { get: { responses: 1 } } } } as never)).toMatchObject({ valid: false })
})

test('has every endpoint that is served, by both methods, and no other', async () => {
  expect(Object.keys(document.paths).sort()).toEqual([...restEndpoints.keys()].sort())
  for (const [path, methods] of Object.entries(document.paths)) {
    expect(Object.keys(methods)).toEqual(['get', 'post'])
    for (const method of ['GET', 'POST'] as const) expect(it.server.hasRoute({ method, url: path })).toBe(true)
  }
  const others = it.server.printRoutes({ commonPrefix: false }).match(/\/api\/v2\/[\w/*.]+/g) ?? []
  const known = [...restEndpoints.keys(), '/api/v2/*', '/api/v2/openapi.json', '/api/v2/docs']
  expect(others.filter((path) => !known.includes(path) && !path.startsWith('/api/v2/docs/'))).toEqual([])
  const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
  expect(new Set(ids).size).toBe(ids.length)
})

test('has the parameters by which each endpoint is read, needed where they are refused without, and no other', () => {
  const common = Object.keys(signatureParameters)
  for (const [path, { parameters }] of restEndpoints) {
    const { get, post } = document.paths[path] ?? {}
    const needed = Object.entries(parameters).filter(([, { read }]) => read(null) === undefined)
    const neededNames = needed.map(([name]) => name)
    const own = (get?.parameters ?? []).filter(({ $ref }) => $ref === undefined)
    expect(own.map(({ name }) => name)).toEqual(Object.keys(parameters))
    expect(own.filter(({ required }) => required).map(({ name }) => name)).toEqual(neededNames)
    expect((get?.parameters ?? []).flatMap(({ $ref }) => $ref ?? [])).toEqual(common.map((name) => `#/components/parameters/${name}`))
    const { properties, required } = post?.requestBody?.content[form]?.schema ?? { properties: {}, required: [] }
    expect(Object.keys(properties)).toEqual([...Object.keys(parameters), ...common])
    expect(required).toEqual([...neededNames, ...common])
  }
})

test('has a page to read it, all of whose parts come from here', async () => {
  const page = await it.server.inject({ url: '/api/v2/docs', headers })
  expect(page.statusCode).toBe(200)
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  const parts = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part = '']) => part)
  expect(parts.length).toBeGreaterThan(3)
  for (const part of parts) {
    expect(part).not.toMatch(/^(https?:)?\/\//)
    const { statusCode } = await it.server.inject({ url: part, headers })
    expect(statusCode, part).toBe(200)
  }
  expect((await it.server.inject({ url: '/api/v2/docs/json', headers })).json()).toEqual(document)
})
