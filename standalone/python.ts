import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'

/**
 * Returns a note for people if there is no Python for classic workers, else null. Throws PYTHON_MISSING if a Python was
 * configured and is not there. Without the default `python3`, only Python workers can not run, so that is a note.
 */
export async function pythonNote(configured: string, path: string): Promise<string | null> {
  const wanted = configured === '' ? 'python3' : configured
  const places = wanted.includes('/') || wanted.includes('\\') ? [wanted] : path.split(delimiter).map((dir) => join(dir, wanted))
  const endings = process.platform === 'win32' ? ['', '.exe'] : ['']
  for (const place of places.flatMap((found) => endings.map((ending) => found + ending))) {
    if (await isProgram(place)) return null
  }
  if (configured === '') return 'There is no python3 here: the sample app and other Python workers can not run. Everything else does.'
  const remedy = 'Set ELVES_AGENT_PYTHON to one that is there, or to nothing for the python3 of the PATH.'
  throw new ElvesError('PYTHON_MISSING', `There is no ${wanted} here, and the workers of apps run with it. ${remedy}`, { facts: { wanted } })
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
