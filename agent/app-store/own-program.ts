import process from 'node:process'
import { agentProgramOf } from '@elves/core/app-package/agent-program.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import type { WantedApp } from '@elves/schemas/generated/types.ts'
import type { StoredVersion } from './store-folders.ts'

/** The app that is the program of an agent on this host. */
export const ownProgram = agentProgramOf(`${process.platform}-${process.arch}`)

/** Port: the agent's own program, which the center wants as it does apps. */
export interface ReplaceableProgram {
  /**
   * Returns true if the agent is the program that is wanted. Else brings it: `stored` fetches and unpacks it, and the agent starts anew.
   * Throws where that fails; the agent goes on as it is then.
   */
  bring(wanted: WantedApp, stored: () => Promise<StoredVersion>, signal: AbortSignal): Promise<boolean>
  /** The center wants none any more: the installed program runs again. Returns true if it does. */
  leave(): Promise<boolean>
}

/** Of an agent that was not installed from a package. */
export const notReplaceable: ReplaceableProgram = {
  bring: async () => {
    throw new ElvesError('AGENT_NOT_PACKAGED', 'this agent was not installed from a package: its program is replaced where it was started')
  },
  leave: async () => true,
}
