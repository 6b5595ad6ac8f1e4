import { ElvesError } from '../foundation/errors.ts'
import type { CheckedPackage } from './check-package.ts'

/** Apps whose names begin with this are programs of the agent, one for each platform: `elves-agent-linux-x64`. */
const prefix = 'elves-agent-'

/** Returns the name of the app that is the program of the agents of a platform, `linux-x64` say. */
export function agentProgramOf(platform: string): string {
  return `${prefix}${platform}`
}

/** Returns true if an app is a program of the agent: agents run themselves from it, and no tasks. */
export function isAgentProgram(app: string): boolean {
  return app.startsWith(prefix)
}

/** What an agent starts of a package: the runtime, and the agent in one file. */
export const programFiles = { node: 'lib/node', agent: 'lib/elves-agent.cjs' } as const

/** Checks what else a package must have for this app. Throws PACKAGE_INVALID. */
export function checkProgram(app: string, { programFiles: found, manifest }: Pick<CheckedPackage, 'programFiles' | 'manifest'>): void {
  if (!isAgentProgram(app)) return
  const missing = Object.values(programFiles).filter((file) => !found.has(file))
  if (missing.length > 0)
    throw new ElvesError('PACKAGE_INVALID', `the program of an agent has ${missing.join(' and ')}; npm run package-agent makes it`)
  if (manifest === null) throw new ElvesError('PACKAGE_INVALID', 'the program of an agent has an elves.json with its name and version')
}
