import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { graphqlSdl } from '@elves/schemas/graphql/sdl.ts'
import { avroSources } from './avro.ts'
import { docSources } from './docs.ts'
import { graphqlResolverTypes } from './graphql.ts'

/**
 * `npm run generate` writes the generated files; with `--check` it writes nothing and exits 1 where one is not
 * what would be written now.
 */
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const root = join(import.meta.dirname, '..', '..')
const sources: Record<string, string> = {}
for (const [path, text] of Object.entries(avroSources(join(root, 'schemas')))) sources[join(root, 'schemas', path)] = text
sources[join(root, 'query-service', 'generated', 'graphql.ts')] = await graphqlResolverTypes(graphqlSdl())
for (const [path, text] of Object.entries(docSources())) sources[join(root, 'docs', path)] = text

let stale = 0
for (const [path, text] of Object.entries(sources)) {
  if (readText(path) === text) continue
  stale++
  process.stdout.write(`${values.check ? 'stale' : 'wrote'} ${relative(root, path)}\n`)
  if (values.check) continue
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
if (values.check && stale > 0) {
  process.stderr.write(`${stale} generated file(s) are stale: run \`npm run generate\` and commit them\n`)
  process.exitCode = 1
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
