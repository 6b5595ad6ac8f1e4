import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const module = join(import.meta.dirname, '..', '..', 'tools', 'promtool')
const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'elves')

/** Returns true if this machine can build Prometheus' own promtool. */
export async function canBuildPromtool(): Promise<boolean> {
  return run('go', ['version']).then(
    () => true,
    () => false,
  )
}

/** Returns the path of promtool, of the version that tools/promtool names; builds it where it was not built yet, which takes minutes. */
export async function promtool(): Promise<string> {
  const version = await run('go', ['list', '-m', '-f', '{{.Version}}', 'github.com/prometheus/prometheus'], { cwd: module })
  const built = join(folder, `promtool-${version.stdout.trim()}`)
  if (existsSync(built)) return built
  await mkdir(folder, { recursive: true })
  // Without the code that finds targets at clouds, which is most of it.
  const args = ['build', '-tags', 'remove_all_sd,netgo', '-trimpath', '-o', built, 'github.com/prometheus/prometheus/cmd/promtool']
  await run('go', args, { cwd: module, maxBuffer: 16 * 1024 * 1024 })
  return built
}
