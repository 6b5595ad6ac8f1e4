import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'vitest'
import type { TestPlatform } from '../support/platform.ts'
import { type RestCall, type RestMethod, restClient } from '../support/rest-v2.ts'

// biome-ignore lint/suspicious/noExplicitAny: results have a shape of each endpoint's own
export type RestResult = any

/** A client whose every answer is held against the envelope of the contract and the OpenAPI document that the platform serves. */
export async function checkedRest(platform: TestPlatform) {
  const { url } = platform.ready()
  const client = restClient(platform.ready)
  const document = (await (await fetch(`${url}/api/v2/openapi.json`)).json()) as { readonly paths: RestResult }
  const ajv = new Ajv2020({ strict: false, formats: { ipv4: /^\d{1,3}(\.\d{1,3}){3}$/ } })
  ajv.addSchema({ $id: 'openapi', ...document })
  const seenCodes = new Set<string>()
  const seenCalls = new Set<string>()

  function expectInDocument(path: string, answer: unknown): void {
    const name = path.replace(/^\/+/, '/').replaceAll('/', '~1')
    const check = ajv.getSchema(`openapi#/paths/${name}/get/responses/200/content/application~1json/schema`)
    if (!check) throw new Error(`the document does not have ${path}`)
    expect(check(answer), `${JSON.stringify(answer)} of ${path}: ${ajv.errorsText(check.errors)}`).toBe(true)
  }

  /** Returns the text of an answer. */
  async function text(method: RestMethod, name: string, call: Omit<RestCall, 'path'> & { readonly path?: string } = {}): Promise<string> {
    const path = call.path ?? `/api/v2/${name}`
    const answer = await client.call(method, { ...call, path })
    expect(answer).toMatchObject({ status: 200, type: 'application/json; charset=utf-8' })
    expect(answer.text).toMatch(/^\{"flag":"(true","error":""|false","error":"\[\d{3}(\.\d)?\][^"]*")/)
    expect(answer.text).not.toMatch(/\n? +at |\.ts:|null/)
    expectInDocument(path, JSON.parse(answer.text))
    seenCalls.add(`${method} ${name}`)
    const code = /^\{"flag":"false","error":"\[([\d.]+)\]/.exec(answer.text)?.[1]
    if (code !== undefined) seenCodes.add(code)
    return answer.text
  }

  /** Returns the result of an answer that must not be a refusal. */
  async function done(method: RestMethod, name: string, parameters: Record<string, string> = {}): Promise<RestResult> {
    const answer = await text(method, name, { parameters })
    expect(answer).toMatch(/^\{"flag":"true","error":""/)
    return JSON.parse(answer).result
  }

  return { text, done, call: client.call, paths: document.paths, seenCodes, seenCalls, close: client.close }
}

/** Adds an app whose worker prints its parameter as it is. */
export async function addPrinter(dataDir: string): Promise<void> {
  const printer = join(dataDir, 'apps', 'printer')
  await mkdir(printer, { recursive: true })
  await writeFile(join(printer, 'app-worker.py'), 'import sys, base64, json\nprint(json.loads(base64.b64decode(sys.argv[3])))\n')
  await chmod(printer, 0o755)
}
