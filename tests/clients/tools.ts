import { execFile, execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** The languages of the foreign clients, as far as this machine has them. */

const run = promisify(execFile)
const cacheDir = process.env['ELVES_CACHE_DIR'] || join(homedir(), '.cache', 'elves')

/** Whether `command arguments` answers, with this in what it says. */
export function has(command: string, args: readonly string[], said = ''): boolean {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).includes(said)
  } catch {
    return false
  }
}

/** No client may outlive its test. */
const timeoutMs = 170_000

/** Standard output of a client. */
export async function output(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await run(command, args, { env: { ...process.env, ...env }, maxBuffer: 1024 * 1024, timeout: timeoutMs })
  return stdout
}

/** `go run` keeps what it compiled here, so that it compiles once. */
export const goEnv = { GOCACHE: join(cacheDir, 'go-build'), GOTOOLCHAIN: 'local', GO111MODULE: 'off' }

/** A folder with the packages of requirements.txt: installed once, and kept. Rejects where they can't be fetched. */
export async function pythonPackages(): Promise<string> {
  const requirements = join(import.meta.dirname, 'requirements.txt')
  const version = await output('python3', ['-c', 'import sys; print(sys.version_info[:2])'])
  const digest = createHash('sha256')
    .update(version)
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 16)
  const folder = join(cacheDir, 'python-clients', digest)
  if (existsSync(folder)) return folder
  const part = `${folder}.part-${randomBytes(6).toString('hex')}`
  await mkdir(part, { recursive: true })
  try {
    await output('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', part, '--requirement', requirements])
    // Whoever else installed it meanwhile has the same.
    await rename(part, folder).catch((error: NodeJS.ErrnoException) => {
      if (!['ENOTEMPTY', 'EEXIST'].includes(error.code ?? '')) throw error
    })
  } finally {
    await rm(part, { recursive: true, force: true })
  }
  return folder
}
