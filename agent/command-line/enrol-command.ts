import { readFileSync } from 'node:fs'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { type Enrolled, enrol } from '../enrolment/enrol.ts'
import type { AgentPlace } from './agent-place.ts'
import { type CenterCallOptions, centerCall, withCenterOptions } from './center-options.ts'

type Env = Readonly<Record<string, string | undefined>>

interface EnrolCommandOptions extends CenterCallOptions {
  readonly token?: string
  readonly tokenFile?: string
  readonly ip?: string
  readonly name?: string
  readonly labels?: string
}

const notes = `The agent's id and key are made in its data folder where they are not there yet; run as the user who runs the agent, before it starts.
A second time it says whether the center still takes them, without a token.
What the command line does not say comes from the settings. A token on the command line is in \`ps\`: --token-file, or ELVES_JOIN_TOKEN.
Exit status: 0 if the center knows the agent now, also if somebody has to approve it; 1 if not; 2 if the command line is wrong.`

/** Returns the command line that makes an agent known to its center before its first start. */
export function enrolCommand(name: string, place: AgentPlace, env: Env): ReturnType<typeof commandLine> {
  return withCenterOptions(commandLine(name, "Has a center take this host's agent, and says how people know it.", notes))
    .option('--token <secret>', 'the join token; default ELVES_JOIN_TOKEN')
    .option('--token-file <file>', 'file with the join token; - is standard input')
    .option('--ip <ip>', 'the alias that the agent declares; default the address from which the center sees it')
    .option('--name <name>', "the agent's name; default the host's")
    .option('--labels <labels>', 'key=value,key=value; default ELVES_AGENT_LABELS')
    .action(async (options: EnrolCommandOptions) => {
      const { token, tokenFile, ip, name: agentName, labels, json = false } = options
      const { settings, link, timeoutMs } = await centerCall(
        options,
        {
          ...(ip !== undefined && { ELVES_AGENT_IP: ip }),
          ...(agentName !== undefined && { ELVES_AGENT_NAME: agentName }),
          ...(labels !== undefined && { ELVES_AGENT_LABELS: labels }),
        },
        place,
        env,
      )
      const { url: center, tls, joinToken: ofSettings } = link
      const joinToken = token ?? (tokenFile === undefined ? ofSettings : tokenIn(tokenFile))
      const { dataDir: dataFolder, ip: declared, name: called, labels: labelled } = settings
      const enrolled = await enrol({
        center,
        joinToken,
        dataFolder,
        ip: declared,
        name: called,
        labels: labelled,
        tls,
        logger: silentLogger,
        timeoutMs,
      })
      process.stdout.write(json ? `${JSON.stringify(enrolled)}\n` : textOf(enrolled, dataFolder))
    })
}

function tokenIn(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').trim()
  } catch (cause) {
    throw new ElvesError('CONFIG_INVALID', `--token-file=${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

function textOf({ agentId, fingerprint, isApproved }: Enrolled, dataFolder: string): string {
  const state = isApproved ? 'enrolled' : 'enrolled; somebody has to approve it at the center (approveAgent) before it works'
  return `agent: ${agentId}\nkey:   ${fingerprint}\nstate: ${state}\ndata:  ${dataFolder}\n`
}
