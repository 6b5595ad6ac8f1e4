import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { makeFolder } from '@elves/core/foundation/folders.ts'

const root = join(import.meta.dirname, '..', '..')
const run = promisify(execFile)

export type Architecture = 'x64' | 'arm64'
export const architectures: readonly Architecture[] = ['x64', 'arm64']

/** A Node for hosts of one architecture. */
export interface NodeRuntime {
  readonly version: string
  /** Path of the program. */
  readonly program: string
  readonly license: string
}

interface Locked {
  readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity: string }>>
}

/**
 * Returns the Node that the project's lock file names for an architecture: the installed one, else that of the cache, else fetched by npm
 * and checked against the lock file. Throws DOWNLOAD_FAILED.
 */
export async function nodeRuntime(architecture: Architecture, cacheDir: string): Promise<NodeRuntime> {
  const name = `node-linux-${architecture}`
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Locked
  const locked = packages[`node_modules/${name}`]
  if (locked === undefined) throw new ElvesError('FILE_UNUSABLE', `package-lock.json does not name ${name}`)
  const installed = join(root, 'node_modules', name)
  if (existsSync(join(installed, 'bin', 'node'))) return runtimeIn(installed, locked.version)
  const cached = join(cacheDir === '' ? join(homedir(), '.cache', 'elves') : cacheDir, 'node', `${name}-${locked.version}`)
  if (!existsSync(cached)) await fetchTo(cached, `${name}@${locked.version}`, locked.integrity)
  return runtimeIn(cached, locked.version)
}

function runtimeIn(folder: string, version: string): NodeRuntime {
  return { version, program: join(folder, 'bin', 'node'), license: readFileSync(join(folder, 'LICENSE'), 'utf8') }
}

/** Several processes may do this at once: each moves only a whole folder into place. */
async function fetchTo(folder: string, name: string, integrity: string): Promise<void> {
  const parent = join(folder, '..')
  makeFolder(parent)
  const draft = await mkdtemp(join(parent, '.part-'))
  try {
    const archive = await packed(name, draft)
    const sha512 = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64')
    if (`sha512-${sha512}` !== integrity) {
      throw new ElvesError('DOWNLOAD_FAILED', `${name} is not what package-lock.json says`, {
        facts: { expected: integrity, got: `sha512-${sha512}` },
      })
    }
    await run('tar', ['-xzf', archive, '-C', draft, 'package/bin/node', 'package/LICENSE'])
    await rename(join(draft, 'package'), folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Returns the path of the archive. */
async function packed(name: string, folder: string): Promise<string> {
  try {
    const { stdout } = await run('npm', ['pack', name, '--json', '--pack-destination', folder], { cwd: folder, maxBuffer: 64 * 1024 * 1024 })
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
    return join(folder, filename)
  } catch (cause) {
    throw new ElvesError('DOWNLOAD_FAILED', `npm can not fetch ${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
