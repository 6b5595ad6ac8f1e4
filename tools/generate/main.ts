import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { graphqlSdl } from '@elves/schemas/graphql/sdl.ts'
import { readLock } from '@elves/schemas/released/lock-file.ts'
import { lockProblems } from '@elves/schemas/released/release-lock.ts'
import { biomeImportRules } from '../lint/import-rules.ts'
import { avroSources } from './avro.ts'
import { docSources } from './docs.ts'
import { graphqlResolverTypes } from './graphql.ts'
import { dashboardOperations } from './operations.ts'
import { releasedSource } from './released.ts'

const values = commandLine('npm run generate --', 'Writes the generated files.')
  .option('--check', 'writes nothing; exit code 1 where one is not what would be written now, or a schema is not what a release can live with', false)
  .parse()
  .opts<{ check: boolean }>()
const root = join(import.meta.dirname, '..', '..')
const sources: Record<string, string> = {}
const avro = avroSources(join(root, 'schemas'))
const lock = readLock()
for (const [path, text] of Object.entries(avro.files)) sources[join(root, 'schemas', path)] = text
sources[join(root, 'schemas', 'generated', 'released.ts')] = releasedSource(lock, avro.schemas)
sources[join(root, 'query-service', 'generated', 'graphql.ts')] = await graphqlResolverTypes(graphqlSdl(), join(root, 'query-service'))
sources[join(root, 'dashboard', 'generated', 'operations.ts')] = await dashboardOperations(graphqlSdl(), join(root, 'dashboard', 'operations'))
for (const [path, text] of Object.entries(docSources())) sources[join(root, 'docs', path)] = text
sources[join(root, 'tools', 'lint', 'import-rules.generated.json')] = `${JSON.stringify(biomeImportRules(), null, 2)}\n`

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
const problems = lockProblems(lock, avro.schemas)
for (const problem of problems) process.stderr.write(`${values.check ? '' : 'before this can be merged: '}${problem}\n`)
if (values.check && problems.length > 0) process.exitCode = 1

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
