import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { codegen } from '@graphql-codegen/core'
import * as documents from '@graphql-codegen/typed-document-node'
import * as operations from '@graphql-codegen/typescript-operations'
import { parse } from 'graphql'

const banner = '// Generated from dashboard/operations and schemas/graphql by `npm run generate`; do not edit.\n'

const config = {
  scalars: { JSON: 'unknown', DateTime: 'string', Position: 'string', ID: 'string' },
  enumType: 'string-literal',
  enumsAsTypes: true,
  immutableTypes: true,
  useTypeImports: true,
  skipTypename: true,
  // The text of the operation is sent as it is: the page needs no parser of GraphQL.
  documentMode: 'string',
}

/** Makes the typed operations of the dashboard: those of its folder `operations`, checked against the schema. */
export async function dashboardOperations(sdl: string, operationsDir: string): Promise<string> {
  const files = readdirSync(operationsDir).filter((name) => name.endsWith('.graphql'))
  const source = await codegen({
    documents: files.sort().map((name) => ({ location: name, document: parse(readFileSync(join(operationsDir, name), 'utf8')) })),
    config,
    filename: 'operations.ts',
    schema: parse(sdl),
    plugins: [{ operations: {} }, { documents: {} }],
    pluginMap: { operations, documents },
  })
  return `${banner}${source}`
}
