import { codegen } from '@graphql-codegen/core'
import * as typescript from '@graphql-codegen/typescript'
import * as resolvers from '@graphql-codegen/typescript-resolvers'
import { parse } from 'graphql'

const banner = '// Generated from schemas/graphql by `npm run generate`; do not edit.\n'

/** What resolvers are given as the parent of each type, by the names that query-service/tasks/parents.ts exports. */
const mappers = {
  Task: 'TaskParent',
  Agent: 'AgentParent',
  Event: 'EventParent',
  Actor: 'ActorParent',
  TaskResult: 'TaskResultParent',
  TaskConnection: 'TaskConnectionParent',
  AgentConnection: 'AgentConnectionParent',
  EventConnection: 'EventConnectionParent',
  Platform: 'PlatformParent',
}

const scalars = { JSON: 'unknown', DateTime: 'number', Position: 'string', ID: 'string' }

const config = {
  scalars,
  mappers,
  contextType: 'RequestContext',
  enumsAsTypes: true,
  immutableTypes: true,
  useTypeImports: true,
  makeResolverTypeCallable: true,
  optionalResolveType: true,
  // A field that may be null must be said to be: one that nobody resolves is an error of types.
  avoidOptionals: { field: true, inputValue: false, object: false, defaultValue: false },
}

/** The resolver types of the GraphQL schema, as TypeScript. */
export async function graphqlResolverTypes(sdl: string): Promise<string> {
  const imports = `import type { ${Object.values(mappers).join(', ')} } from '../tasks/parents.ts'\nimport type { RequestContext } from '../graphql/context.ts'\n`
  const source = await codegen({
    documents: [],
    config,
    filename: 'graphql.ts',
    schema: parse(sdl),
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript, resolvers },
  })
  return banner + imports + source
}
