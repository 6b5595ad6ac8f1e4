import { spawnSync } from 'node:child_process'
import { delimiter, dirname } from 'node:path'

/**
 * Puts the folder of the interpreter itself first in PATH, where `python3` is a script that looks for it: such a script takes ten times
 * as long as our workers, at each of some thousand runs. Does nothing where there is no python3. The folder may have another Node.js than
 * this one, so the one of this process comes before it.
 */
export function preferRealPython(env: NodeJS.ProcessEnv = process.env): void {
  const { status, stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { env, encoding: 'utf8' })
  if (status === 0) env['PATH'] = [dirname(process.execPath), dirname(stdout.trim()), env['PATH']].join(delimiter)
}
