import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The schema definition of the GraphQL API: all `.graphql` files beside this one. */
export function graphqlSdl(): string {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.graphql'))
  return files
    .sort()
    .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
    .join('\n')
}
