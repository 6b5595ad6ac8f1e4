import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { codegen } from '@graphql-codegen/core'
import * as typescript from '@graphql-codegen/typescript'
import * as resolvers from '@graphql-codegen/typescript-resolvers'
import { parse } from 'graphql'

const banner = '// Generated from schemas/graphql by `npm run generate`; do not edit.\n'

const scalars = { JSON: 'unknown', DateTime: 'number', Position: 'string', ID: 'string' }

const config = {
  scalars,
  contextType: 'RequestContext',
  enumsAsTypes: true,
  immutableTypes: true,
  useTypeImports: true,
  makeResolverTypeCallable: true,
  optionalResolveType: true,
  // A nullable field must be given explicitly, so that a field without a resolver is a type error.
  avoidOptionals: { field: true, inputValue: false, object: false, defaultValue: false },
}

/** Makes the TypeScript resolver types of the GraphQL schema. `edgeDir` is query-service's folder. */
export async function graphqlResolverTypes(sdl: string, edgeDir: string): Promise<string> {
  const parents = parentTypes(edgeDir)
  const imports = [...parents.map(({ feature, names }) => `import type { ${names.join(', ')} } from '../${feature}/parents.ts'`), contextImport]
  const mappers = Object.fromEntries(parents.flatMap(({ names }) => names.map((name) => [name.slice(0, -parentSuffix.length), name])))
  const source = await codegen({
    documents: [],
    config: { ...config, mappers },
    filename: 'graphql.ts',
    schema: parse(sdl),
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript, resolvers },
  })
  return `${banner}${imports.join('\n')}\n${source}`
}

const contextImport = "import type { RequestContext } from '../graphql/context.ts'"
const parentSuffix = 'Parent'

/** Finds the parent types of the resolvers: each is called `<Type>Parent` and exported by the parents.ts of a feature. */
function parentTypes(edgeDir: string): { readonly feature: string; readonly names: readonly string[] }[] {
  const features = readdirSync(edgeDir).filter((folder) => existsSync(join(edgeDir, folder, 'parents.ts')))
  return features.sort().map((feature) => {
    const exported = readFileSync(join(edgeDir, feature, 'parents.ts'), 'utf8').matchAll(/^export (?:interface|type) (\w+Parent)\b/gm)
    return { feature, names: [...exported].map(([, name]) => name as string) }
  })
}
