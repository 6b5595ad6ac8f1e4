import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** What the pages are made of, beside the packages that package-lock.json names. */
const sources = ['index.html', 'graphiql.html', 'package.json', 'vite.config.ts', '{src,public,build,generated}/**/*.*']

/** Returns a hash of everything that the built pages depend on: the sources, and the exact packages of the lock file. */
export function hashOfSources(dashboard: string): string {
  const hash = createHash('sha256')
  const files = sources.flatMap((pattern) => globSync(pattern, { cwd: dashboard }))
  for (const file of files.sort())
    hash
      .update(`${relative('.', file)}\0`)
      .update(readFileSync(join(dashboard, file)))
      .update('\0')
  return hash.update(packagesOf(join(dashboard, '..', 'package-lock.json'))).digest('hex')
}

interface Locked {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
}

/** Only the packages that the pages can reach: another workspace's new dependency does not build them anew. */
function packagesOf(lockFile: string): string {
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8')) as {
    packages: Record<string, Locked & { devDependencies?: Record<string, string> }>
  }
  const own = packages['dashboard']
  const reached = new Map<string, string>()
  const open = Object.keys({ ...own?.dependencies, ...own?.devDependencies })
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const found = packages[`dashboard/node_modules/${name}`] ?? packages[`node_modules/${name}`]
    if (found === undefined || reached.has(name)) continue
    reached.set(name, found.version ?? '')
    open.push(...Object.keys(found.dependencies ?? {}))
  }
  return JSON.stringify([...reached].sort())
}
