import { settingsOf } from '@elves/core/foundation/setting-readers.ts'
import { type SettingName, settings } from '@elves/core/foundation/settings.ts'

/** What an operator sets first, in this order. */
const first: readonly SettingName[] = [
  'ELVES_GATEWAY_URL',
  'ELVES_JOIN_TOKEN',
  'ELVES_JOIN_TOKEN_FILE',
  'ELVES_AGENT_IP',
  'ELVES_AGENT_NAME',
  'ELVES_AGENT_LABELS',
]

const head = `# Settings of the Elves agent on this host: KEY=value in lines. Restart the agent to apply them: systemctl restart elves-agent
# A variable of the agent's environment takes precedence. \`elves-agent --check\` says whether the settings fit.
# This file may hold a join token: keep it readable for the user of the agent only (chmod 600).
# Other variables than ELVES_… reach the workers as they are (LANG=C.UTF-8, say).
`

/** Returns the configuration file of a package, with every setting of an agent in a comment. */
export function agentEnvFile(): string {
  const all = settingsOf.agent as readonly SettingName[]
  const names = [...first, ...all.filter((name) => !first.includes(name))]
  return `${head}\n${names.map(entry).join('\n')}`
}

function entry(name: SettingName): string {
  const { fallback, meaning } = settings[name]
  const shown = name === 'ELVES_AGENT_DATA_DIR' ? '/var/lib/elves-agent' : String(fallback)
  return `# ${meaning}\n#${name}=${shown}\n`
}
