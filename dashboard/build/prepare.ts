import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { hashOfSources } from './sources.ts'

/**
 * Builds the pages into dist/, after `npm ci` and by hand. It does nothing where dist/ has been built of the same sources and
 * packages, which dist/sources.sha256 tells, nor where the packages to build with are left out (`npm ci --omit=dev`).
 */
const dashboard = join(import.meta.dirname, '..')
const dist = join(dashboard, 'dist')
const stamp = join(dist, 'sources.sha256')

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}

/** Ends the process where `--help` is asked for, or something that is not known. A stage of the containers has no package of ours but this. */
function readArguments(): void {
  const program = 'node dashboard/build/prepare.ts'
  try {
    if (!parseArgs({ options: { help: { type: 'boolean' } } }).values.help) return
    process.stdout.write(`Usage: ${program}\n\nBuilds the dashboard's pages into dashboard/dist, unless they have been built of the same sources.\n`)
    process.exit(0)
  } catch (error) {
    process.stderr.write(`error: ${(error as Error).message}\n(${program} --help tells what there is)\n`)
    process.exit(2)
  }
}

readArguments()
const hash = hashOfSources(dashboard)
if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) process.exit(0)
if (!['vite', '@vitejs/plugin-react', 'react', 'antd'].every(isInstalled)) {
  process.stdout.write('dashboard: not built, because the packages that build it are not installed\n')
  process.exit(0)
}
const startedAt = performance.now()
rmSync(dist, { recursive: true, force: true })
const { build } = await import('vite')
const { precompress } = await import('./precompress.ts')
await build({ configFile: join(dashboard, 'vite.config.ts'), logLevel: 'warn' })
await precompress(join(dist, 'assets'))
writeFileSync(stamp, hash)
process.stdout.write(`dashboard: built in ${Math.round((performance.now() - startedAt) / 100) / 10} s\n`)
