import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const modules = join(root, 'node_modules')
/** The last commit of release 0.2.1, whose agents have no keys. */
const lastOf021 = '1ef7d7e'
const packages = ['agent', 'core', 'schemas']

/** Why the code of release 0.2.1 can't be had here; null if it can. */
export function whyNoEarlierRelease(): string | null {
  try {
    execFileSync('git', ['cat-file', '-e', `${lastOf021}^{commit}`], { cwd: root, stdio: 'ignore' })
    return null
  } catch {
    return 'this is no clone with the history of release 0.2.1'
  }
}

/** The agent of release 0.2.1 out of the history, with the libraries of today. */
export interface EarlierRelease {
  /** Path of the agent's program. */
  readonly agent: string
  remove(): Promise<void>
}

export async function earlierRelease(): Promise<EarlierRelease> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'elves-0.2.1-'))
  const archive = execFileSync('git', ['archive', lastOf021, 'package.json', ...packages], { cwd: root, maxBuffer: 256 * 1024 * 1024 })
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  // Libraries are those of this tree, packages of ours those of that release.
  const own = join(folder, 'node_modules')
  await mkdir(join(own, '@elves'), { recursive: true })
  for (const name of await readdir(modules)) if (name !== '@elves' && !name.startsWith('.')) await symlink(join(modules, name), join(own, name))
  for (const name of packages) await symlink(join(folder, name), join(own, '@elves', name))
  return { agent: join(folder, 'agent', 'main.ts'), remove: () => rm(folder, { recursive: true, force: true }) }
}
