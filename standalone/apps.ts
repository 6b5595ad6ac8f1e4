import { existsSync } from 'node:fs'
import { cp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '@elves/core/foundation/folders.ts'

const example = 'apptest'

/** Puts apptest into the app folder at the first start. If a person removes or changes it later, it stays so. */
export async function installExample(appsDir: string, source = join(import.meta.dirname, '..', 'examples', example)): Promise<void> {
  if (existsSync(appsDir)) return
  makeFolder(appsDir)
  const draft = join(appsDir, `.${example}.new`)
  await rm(draft, { recursive: true, force: true })
  await cp(source, draft, { recursive: true, filter: (path) => !path.includes('__pycache__') })
  await rename(draft, join(appsDir, example))
}
