import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync, rmdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { folderHolder } from '@elves/core/foundation/folder-lock.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { startError } from '@elves/core/foundation/start-error.ts'
import { cgroupHome } from '../runner/containment/cgroup-home.ts'
import { realPython } from '../runner/interpreters.ts'
import { workerEnv } from '../runner/worker-env.ts'
import type { Finding } from './finding.ts'

/** Says whether the configuration file is there, and whether it is closed to other users: it may hold a join token. */
export function configFinding(file: string | null): readonly Finding[] {
  if (file === null) return []
  const subject = 'settings file'
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return [{ state: 'WARN', subject, text: `there is no ${file}: only the environment counts` }]
  if ((stat.mode & 0o077) !== 0) return [{ state: 'WARN', subject, text: `other users can read ${file}, which may hold a join token: chmod 600` }]
  return [{ state: 'OK', subject, text: file }]
}

/** Says whether this user can work in the data folder, or make it. */
export async function dataFolderFinding(folder: string): Promise<Finding> {
  const subject = 'data folder'
  try {
    const place = existing(folder)
    if (!statSync(place).isDirectory()) return { state: 'LACKS', subject, text: `${place} is not a folder` }
    accessSync(place, constants.R_OK | constants.W_OK | constants.X_OK)
    if (place !== folder) return { state: 'OK', subject, text: `${folder} is not there yet; the agent makes it` }
    const { uid, mode } = statSync(folder)
    const me = process.getuid?.() ?? uid
    if (uid !== me) return { state: 'WARN', subject, text: `${folder} belongs to uid ${uid}: check as that user, who runs the agent` }
    const holder = await folderHolder(folder)
    holder?.unwatch()
    if ((mode & 0o077) !== 0) return { state: 'WARN', subject, text: `other users can read ${folder}, with parameters of tasks: chmod 700` }
    return { state: 'OK', subject, text: holder === null ? folder : `${folder}; an agent works on it (pid ${holder.pid})` }
  } catch (error) {
    return { state: 'LACKS', subject, text: startError(error, folder).message }
  }
}

/** The folder, or the nearest folder above it that is there. */
function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder))
}

export function pythonFinding(command: string, env: Readonly<Record<string, string | undefined>>): Finding {
  const subject = 'python3'
  try {
    const python = realPython(command || 'python3', workerEnv(env))
    return { state: 'OK', subject, text: `${python}, ${execFileSync(python, ['-V'], { env: workerEnv(env), encoding: 'utf8' }).trim()}` }
  } catch (error) {
    return { state: 'WARN', subject, text: `${startError(error).message}; apps in other languages run` }
  }
}

/** Makes a cgroup as a run would get one, and removes it. */
export function cgroupFinding(): Finding {
  const subject = 'cgroups'
  try {
    const home = cgroupHome(`elves-agent-check-${process.pid}`, silentLogger)
    if (home === null) {
      const text = 'no cgroup v2 for runs here: kills are by process group, and proved less well. The systemd unit delegates one (Delegate=yes)'
      return { state: 'WARN', subject, text }
    }
    rmdirSync(home)
    return { state: 'OK', subject, text: 'each run gets its own, and is killed whole' }
  } catch (error) {
    return { state: 'WARN', subject, text: startError(error).message }
  }
}
