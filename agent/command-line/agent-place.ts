import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { parseEnv } from 'node:util'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import { handOver, withoutSettings } from '../hand-over.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Where an agent finds its settings beside its environment. */
export interface AgentPlace {
  /** A file of KEY=value lines that need not be there; null: only the environment. */
  readonly configFile: string | null
  /** Settings for what neither the file nor the environment says. */
  readonly defaults: Readonly<Record<string, string>>
}

/** An agent that was started from the tree of the platform. */
export const inTree: AgentPlace = { configFile: null, defaults: {} }

/** An agent that was installed from a package. */
export const installed: AgentPlace = {
  configFile: '/etc/elves-agent/agent.env',
  defaults: { ELVES_AGENT_DATA_DIR: '/var/lib/elves-agent' },
}

/**
 * Returns the environment of an agent: what the environment says, else the file, else the defaults. `named` is a file that the user
 * named, which must be there. Throws CONFIG_INVALID if the file can't be read.
 */
export function environmentOf({ configFile, defaults }: AgentPlace, env: Env, named?: string): Env {
  const file = named ?? configFile
  return { ...defaults, ...(file === null ? {} : linesOf(file, named !== undefined)), ...env }
}

function linesOf(file: string, mustBeThere: boolean): Env {
  try {
    return parseEnv(readFileSync(file, 'utf8'))
  } catch (cause) {
    if (!mustBeThere && (cause as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new ElvesError('CONFIG_INVALID', `${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause, facts: { file } })
  }
}

/**
 * Replaces this process, same pid, by one without ELVES_ settings in its environment, which every worker could read in /proc; the next
 * image finds them with `takenOver`. Returns if the environment has none, or if that can't be done: then the agent works as it is.
 */
export function leaveSettings(env: Env, dataDir: string): void {
  if (process.execve === undefined || !Object.keys(env).some((name) => name.startsWith('ELVES_'))) return
  const folder = join(dataDir, 'cache')
  try {
    makeFolder(dataDir, 0o700)
    makeFolder(folder, 0o700)
  } catch {
    // The agent itself says in a moment what is wrong with its folder.
    return
  }
  if (handOver(folder, env)) process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], withoutSettings(env))
}
