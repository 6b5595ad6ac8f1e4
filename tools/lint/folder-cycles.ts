import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** Returns the cycles of folders of a package that import each other; each list may begin anywhere in the cycle. */
export function folderCycles(packageDir: string, packageName: string): readonly (readonly string[])[] {
  const edges = folderImports(packageDir, packageName)
  const found: (readonly string[])[] = []
  const done = new Set<string>()
  const visit = (folder: string, path: readonly string[]): void => {
    const at = path.indexOf(folder)
    if (at >= 0) {
      found.push(path.slice(at))
      return
    }
    if (done.has(folder)) return
    for (const next of edges.get(folder) ?? []) visit(next, [...path, folder])
    done.add(folder)
  }
  for (const folder of edges.keys()) visit(folder, [])
  return found
}

/**
 * Returns the other folders of its package that each folder imports. A folder and a folder inside it count as one: the outer one
 * has the types that the inner ones share, and composes them. Tests may import whatever they test, and generated files what they
 * are generated for.
 */
function folderImports(packageDir: string, packageName: string): Map<string, Set<string>> {
  const files = readdirSync(packageDir, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/node_modules|generated\/|(^|\/)(tests|testing|fixtures)\/|\.(test|fixture)\.ts$/.test(file),
  )
  const edges = new Map<string, Set<string>>()
  for (const file of files) {
    const from = dirname(file)
    for (const [, specifier = ''] of readFileSync(join(packageDir, file), 'utf8').matchAll(/(?:from |import |import\()\s*'([^']+)'/g)) {
      const target = pathInPackage(specifier, join(packageDir, from), packageDir, packageName)
      if (target === null) continue
      const to = dirname(target)
      if (isWithin(from, to) || isWithin(to, from)) continue
      edges.set(from, (edges.get(from) ?? new Set()).add(to))
    }
  }
  return edges
}

function pathInPackage(specifier: string, fromDir: string, packageDir: string, packageName: string): string | null {
  const prefix = `@elves/${packageName}/`
  if (specifier.startsWith(prefix)) return specifier.slice(prefix.length)
  if (!specifier.startsWith('.')) return null
  const path = relative(packageDir, join(fromDir, specifier))
  return path.startsWith('..') ? null : path
}

function isWithin(folder: string, outer: string): boolean {
  return outer === '.' || folder === outer || folder.startsWith(`${outer}/`)
}
