import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'

/** Throws PYTHON_MISSING, with what to do, where classic workers would find no Python to run with. */
export async function requirePython(configured: string, path: string): Promise<void> {
  const wanted = configured === '' ? 'python3' : configured
  const places = wanted.includes('/') || wanted.includes('\\') ? [wanted] : path.split(delimiter).map((dir) => join(dir, wanted))
  const endings = process.platform === 'win32' ? ['', '.exe'] : ['']
  for (const place of places.flatMap((found) => endings.map((ending) => found + ending))) {
    if (await isProgram(place)) return
  }
  const remedy = 'Install Python 3 (for example `apt install python3`), or set ELVES_AGENT_PYTHON to one that is elsewhere.'
  throw new ElvesError('PYTHON_MISSING', `There is no ${wanted} here, and the workers of apps run with it. ${remedy}`, { facts: { wanted } })
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
