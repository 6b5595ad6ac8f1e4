import { execFile } from 'node:child_process'
import { copyFile, mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..', '..')

/** Copies what git knows of this tree, with packages by links and the project's own packages as those of the copy; answers each file's text. */
export async function copyTree(copy: string): Promise<ReadonlyMap<string, string>> {
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const { stdout } = await promisify(execFile)('git', listed, { cwd: root, maxBuffer: 16 * 1024 * 1024 })
  const texts = new Map<string, string>()
  for (const path of stdout.split('\0').filter((name) => name !== '')) {
    const text = await readFile(join(root, path), 'latin1').catch(() => null)
    // Removed and not yet committed.
    if (text === null) continue
    texts.set(path, text)
    await mkdir(dirname(join(copy, path)), { recursive: true })
    await copyFile(join(root, path), join(copy, path))
  }
  await mkdir(join(copy, 'node_modules', '@elves'), { recursive: true })
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name !== '@elves') await symlink(join(root, 'node_modules', name), join(copy, 'node_modules', name))
  }
  for (const name of await readdir(join(root, 'node_modules', '@elves'))) {
    await symlink(join(copy, name), join(copy, 'node_modules', '@elves', name))
  }
  return texts
}
