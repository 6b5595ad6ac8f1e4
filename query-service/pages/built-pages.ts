import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'

/** Where `npm ci` puts the pages that it builds. */
export const builtPagesDir = join(import.meta.dirname, '..', '..', 'dashboard', 'dist')

/** Reads a small file of the built pages, each time anew: they may be built while the platform runs. Throws NOT_FOUND where they are not built. */
export async function builtPage(name: string, dir: string = builtPagesDir): Promise<string> {
  try {
    return await readFile(join(dir, name), 'utf8')
  } catch (error) {
    throw new ElvesError('NOT_FOUND', 'the pages are not built: `npm run build` builds them', { cause: error })
  }
}
