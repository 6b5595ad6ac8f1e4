import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A list that a feature adds a line to. */
interface RegistryList {
  /** Path of the file, or a pattern for several. */
  readonly files: string
  /** The text that the list begins with. */
  readonly begins: string
  /** Files of tests, as vitest takes them, that are to notice what is missing. */
  readonly tests: readonly string[]
}

const registries = 'tests/registries.unit.test.ts'
const readModels = [registries, 'core/read-models/registry.int.test.ts']

const lists: readonly RegistryList[] = [
  { files: 'core/domain/aggregates.ts', begins: 'const byName = {', tests: ['core/domain/aggregates.unit.test.ts', registries] },
  { files: 'core/read-models/registry.ts', begins: 'const all = [', tests: readModels },
  { files: 'core/read-models/registry.ts', begins: 'const sharedTables: readonly ReadModelTable[] = [', tests: readModels },
  { files: 'core/read-models/*/index.ts', begins: 'tables: [', tests: readModels },
  { files: 'core/read-models/*/index.ts', begins: 'reads: [', tests: readModels },
  { files: 'query-service/features.ts', begins: 'const all = [', tests: [registries] },
  {
    files: 'command-service/features.ts',
    begins: 'export const writeFeatures: readonly WriteFeature[] = [',
    tests: ['command-service/features.int.test.ts'],
  },
  {
    files: 'query-service/access/needed.ts',
    begins: 'export const neededOfFields: Readonly<Record<string, Needed>> = {',
    tests: [registries],
  },
  {
    files: 'command-service/feeds-beside.ts',
    begins: 'export const feeds: readonly ((schema: string) => FedBeside)[] = [',
    tests: ['command-service/feeds-beside.unit.test.ts'],
  },
]

/** One entry of a list, and the file without it. */
export interface Removal {
  readonly file: string
  readonly entry: string
  /** The text of the file without the entry, and without the imports that only the entry used. */
  readonly left: string
  readonly tests: readonly string[]
}

/** Returns every entry of every list. Throws if a list is not found: then it has moved, and this table has to follow. */
export function removals(root: string): readonly Removal[] {
  return lists.flatMap(({ files, begins, tests }) => {
    const found = globSync(files, { cwd: root }).sort()
    const all = found.flatMap((file) => ofFile(file, readFileSync(join(root, file), 'utf8'), begins, tests))
    if (all.length === 0) throw new Error(`no entries of ${files} after ${begins}`)
    return all
  })
}

function ofFile(file: string, source: string, begins: string, tests: readonly string[]): Removal[] {
  const at = source.indexOf(begins)
  if (at < 0) return []
  const from = at + begins.length
  const to = endOf(source, from)
  return entriesOf(source.slice(from, to)).map(({ start, end, text }) => ({
    file,
    entry: text,
    left: withoutUnusedImports(source.slice(0, from + start) + source.slice(from + end)),
    tests,
  }))
}

/** Returns the index of the bracket that closes the list which was opened before `from`. */
function endOf(source: string, from: number): number {
  let depth = 1
  for (let at = from; at < source.length; at++) {
    if ('[{('.includes(source[at] as string)) depth += 1
    if (']})'.includes(source[at] as string)) depth -= 1
    if (depth === 0) return at
  }
  throw new Error('a list without an end')
}

/** Returns the entries of a list, each with the comma after it. Comments have lines of their own. */
function entriesOf(list: string): { readonly start: number; readonly end: number; readonly text: string }[] {
  const entries: { start: number; end: number; text: string }[] = []
  const code = list.replaceAll(/\/\/[^\n]*/g, (comment) => ' '.repeat(comment.length))
  let start = 0
  let depth = 0
  for (let at = 0; at <= code.length; at++) {
    const char = code[at] ?? ','
    if ('[{('.includes(char)) depth += 1
    if (']})'.includes(char)) depth -= 1
    if (char !== ',' || depth > 0) continue
    const text = code.slice(start, at).trim()
    if (text !== '') entries.push({ start: code.indexOf(text, start), end: Math.min(at + 1, code.length), text })
    start = at + 1
  }
  return entries
}

/** An import that nothing uses would be told by the compiler, whatever else is missing. */
function withoutUnusedImports(source: string): string {
  return source.replaceAll(/^import \{ ([^}]+) \} from [^\n]+\n/gm, (line, names: string) => {
    const isUsed = names.split(',').some((name) => {
      const local = name
        .trim()
        .replace(/^type /, '')
        .split(' as ')
        .at(-1) as string
      return source.split(new RegExp(`\\b${local}\\b`)).length > 2
    })
    return isUsed ? line : ''
  })
}
