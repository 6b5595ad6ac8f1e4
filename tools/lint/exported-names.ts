import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const packages = ['agent', 'core', 'command-service', 'projection-service', 'query-service', 'standalone', 'schemas']

/** Matches tests, code that only tests use, and generated files. */
const notOurs = /node_modules|\.test\.ts$|\.contract\.ts$|\.fixture\.ts$|\/tests?\/|\/testing[/.]|\/fixtures\/|\/test-[^/]*\.ts$|\/generated\//

const declaration = /^export (?:abstract )?(?:async )?(?:const|let|function\*?|class|type|interface|enum) (\w+)/gm

/** Returns the files that declare an exported name, by name. */
export function exportedNames(root: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const file of globSync(`{${packages.join(',')}}/**/*.ts`, { cwd: root }).sort()) {
    if (notOurs.test(file)) continue
    const names = new Set(
      readFileSync(join(root, file), 'utf8')
        .matchAll(declaration)
        .map(([, name]) => name as string),
    )
    for (const name of names) found.set(name, [...(found.get(name) ?? []), file])
  }
  return found
}

/** Returns the names that more than one file declares, with the files. */
export function namesDeclaredTwice(root: string): Record<string, string[]> {
  return Object.fromEntries([...exportedNames(root)].filter(([, files]) => files.length > 1))
}
