import { commandLine } from '@elves/core/foundation/command-line.ts'
import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { beginKeyChange } from '../data-folder/identity.ts'
import { enrol } from '../enrolment/enrol.ts'
import type { AgentPlace } from './agent-place.ts'
import { type CenterCallOptions, centerCall, withCenterOptions } from './center-options.ts'

type Env = Readonly<Record<string, string | undefined>>

const notes = `The center takes the new key when one hello has proven both, and from then on no other. Until then the earlier one counts, whatever fails.
While the agent runs, its data folder is its own: it takes the new key at its next start.
Exit status: 0 if the center knows the new key, or will at the agent's next start; 1 if not; 2 if the command line is wrong.`

/** Returns the command line that gives an agent a new key. */
export function rotateKeyCommand(name: string, place: AgentPlace, env: Env): ReturnType<typeof commandLine> {
  return withCenterOptions(
    commandLine(name, 'Makes a new key for this agent, and has its center take it in place of the present one.', notes),
  ).action(async (options: CenterCallOptions) => {
    const { settings, link, timeoutMs } = await centerCall(options, {}, place, env)
    const { dataDir: dataFolder, ip, name: called, labels } = settings
    if (!(await beginKeyChange(dataFolder))) {
      throw new ElvesError('CONFIG_INVALID', `there is no agent with a key in ${dataFolder}: it gets one when it enrols`)
    }
    const asked = { center: link.url, tls: link.tls, joinToken: '', dataFolder, ip, name: called, labels, logger: silentLogger, timeoutMs }
    const { agentId, fingerprint, isApproved } = await enrol(asked).catch(whereItRuns)
    if (!isApproved) throw new ElvesError('AGENT_PENDING', `agent ${agentId} waits for approval; its new key counts from then on`)
    const state = fingerprint === null ? 'the agent takes its new key at its next start: restart it' : 'changed'
    if (options.json) process.stdout.write(`${JSON.stringify({ agentId, fingerprint })}\n`)
    else process.stdout.write(`${fingerprint === null ? '' : `agent: ${agentId}\nkey:   ${fingerprint}\n`}state: ${state}\n`)
  })
}

/** An agent that runs has the data folder, and both keys at its next start. */
function whereItRuns(error: unknown): { readonly agentId: null; readonly fingerprint: null; readonly isApproved: true } {
  if (asElvesError(error).code === 'DATA_FOLDER_IN_USE') return { agentId: null, fingerprint: null, isApproved: true }
  throw error
}
