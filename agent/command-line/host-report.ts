import { resolve } from 'node:path'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { release } from '@elves/core/foundation/release.ts'
import { unread } from '@elves/core/foundation/setting-readers.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { startError } from '@elves/core/foundation/start-error.ts'
import { agentSettings } from '../agent-settings.ts'
import { centerFindings } from './center-findings.ts'
import type { Finding } from './finding.ts'
import { cgroupFinding, configFinding, dataFolderFinding, pythonFinding } from './host-findings.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface HostReport {
  /** Lines for people, with a line break at the end. */
  readonly text: string
  /** False if anything is lacking without which an agent does not work. */
  readonly canWork: boolean
}

/** Looks at this host as the present user and says what it lacks for an agent with these settings. Changes nothing, and waits up to 10 s for the center. */
export async function hostReport(env: Env, configFile: string | null): Promise<HostReport> {
  const findings = await findingsOf(env, configFile)
  const head = `elves-agent ${release} on ${process.platform}-${process.arch}, Node ${process.version}, as uid ${process.getuid?.() ?? 'unknown'}`
  const lines = findings.map(({ state, subject, text }) => `${state.padEnd(6)} ${subject.padEnd(12)} ${text}`)
  return { text: `${[head, ...lines].join('\n')}\n`, canWork: findings.every(({ state }) => state !== 'LACKS') }
}

async function findingsOf(env: Env, configFile: string | null): Promise<readonly Finding[]> {
  const config = configFinding(configFile)
  let settings: Settings
  let read: ReturnType<typeof agentSettings>
  try {
    settings = readSettings(env)
    read = agentSettings(settings)
  } catch (error) {
    const { code, message } = startError(error)
    return [...config, { state: 'LACKS', subject: 'settings', text: `[${code}] ${message}` }]
  }
  const ignored = unread('agent', env)
  const text = ignored.length === 0 ? 'fit' : `fit; the agent does not read ${ignored.join(', ')}`
  return [
    ...config,
    { state: ignored.length === 0 ? 'OK' : 'WARN', subject: 'settings', text },
    await dataFolderFinding(resolve(read.dataDir)),
    pythonFinding(settings.ELVES_AGENT_PYTHON, env),
    cgroupFinding(),
    ...(await centerFindings(read.link)),
  ]
}
