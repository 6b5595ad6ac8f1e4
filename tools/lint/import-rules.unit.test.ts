import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')

/** Imports that the design forbids, one for each rule: the file that has it, and what it imports. */
const forbidden = {
  'schemas/codec/a.ts': '@elves/core/foundation/errors.ts',
  'sdk/typescript/a.ts': '@elves/core/foundation/errors.ts',
  'core/foundation/a.ts': '@elves/schemas/codec/codec.ts',
  'core/foundation/b.ts': '../domain/events.ts',
  'core/domain/a.ts': '@elves/core/eventing/event-store.ts',
  'core/domain/task/b.ts': '../../read-models/read-models.ts',
  'core/domain/c.ts': 'pg',
  'core/http/a.ts': '../eventing/event-store.ts',
  'core/http/b.ts': '@elves/schemas/codec/codec.ts',
  'core/kafka/a.ts': '../eventing/event-store.ts',
  'core/eventing/a.ts': '../read-models/read-models.ts',
  'core/eventing/b.ts': '@elves/command-service/command-service.ts',
  'core/read-models/a.ts': '@elves/query-service/query-service.ts',
  'core/command-api/a.ts': '@elves/agent/main.ts',
  'core/command-api/b.ts': '../read-models/read-models.ts',
  'core/read-models/tasks/b.ts': '../../command-api/command.ts',
  'command-service/a.ts': '@elves/query-service/query-service.ts',
  'command-service/b.ts': '../core/eventing/event-store.ts',
  'command-service/tasks/b.ts': '@elves/agent/journal/journal.ts',
  'projection-service/a.ts': '@elves/command-service/command-service.ts',
  'query-service/a.ts': '@elves/projection-service/projection-service.ts',
  'query-service/graphql/b.ts': '@elves/standalone/standalone.ts',
  'agent/a.ts': '@elves/core/eventing/event-store.ts',
  'standalone/a.ts': '@elves/sdk/typescript/client.ts',
  'agent/link/b.ts': '@elves/command-service/gateway/gateway.ts',
} as const

const allowed = {
  'command-service/allowed.ts': '@elves/core/eventing/event-store.ts',
  'agent/allowed.ts': '@elves/core/foundation/errors.ts',
  'agent/link/allowed.ts': '@elves/core/kafka/topics.ts',
  'core/eventing/kafka/allowed.ts': '../../kafka/topics.ts',
  'core/eventing/allowed.ts': '../foundation/errors.ts',
} as const

interface Finding {
  readonly category: string
  readonly location: { readonly path: string | { readonly file: string } }
}

let tree: string
let findings: readonly { rule: string; file: string }[]

beforeAll(async () => {
  tree = mkdtempSync(join(tmpdir(), 'elves-import-rules-'))
  const configs = ['biome.json', 'tools/lint/import-rules.generated.json', 'package.json', '.gitignore']
  for (const file of configs) await cp(join(root, file), join(tree, file))
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
  for (const [file, imported] of Object.entries({ ...forbidden, ...allowed })) write(file, `import '${imported}'\n`)
  write('core/eventing/egg.ts', "import { hen } from './hen.ts'\n\nexport const egg = (): unknown => hen\n")
  write('core/eventing/hen.ts', "import { egg } from './egg.ts'\n\nexport const hen = (): unknown => egg\n")
  spawnSync('git', ['init', '-q'], { cwd: tree })
  const { stdout } = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.'], {
    cwd: tree,
    encoding: 'utf8',
  })
  const { diagnostics } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { diagnostics: Finding[] }
  findings = diagnostics.map(({ category, location: { path } }) => ({ rule: category, file: typeof path === 'string' ? path : path.file }))
}, 60_000)

afterAll(() => rmSync(tree, { recursive: true, force: true }))

function write(file: string, text: string): void {
  mkdirSync(join(tree, dirname(file)), { recursive: true })
  writeFileSync(join(tree, file), text)
}

function filesWith(rule: string): string[] {
  return [...new Set(findings.filter((finding) => finding.rule.endsWith(rule)).map(({ file }) => file.replace(/^\.\//, '')))].sort()
}

test('an import against the direction of the design fails the build, in every folder', () => {
  expect(filesWith('noRestrictedImports')).toEqual(Object.keys(forbidden).sort())
})

test('an import cycle fails the build', () => {
  expect(filesWith('noImportCycles')).toEqual(['core/eventing/egg.ts', 'core/eventing/hen.ts'])
})
