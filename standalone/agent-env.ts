import type { SettingName } from '@elves/core/foundation/settings.ts'

type Env = Readonly<Record<string, string | undefined>>

/** What an agent may have of our own settings beside those of its part. Never the database, never the keys of the API. */
const passedOn: readonly SettingName[] = ['ELVES_LOG_LEVEL', 'ELVES_SHUTDOWN_MS', 'ELVES_PING_INTERVAL_MS']

/** The environment of the local agent: ours without what is none of its business, and what this start gives it. */
export function agentEnv(env: Env, given: { gatewayUrl: string; dataDir: string; appsDir: string }): Env {
  const kept = Object.entries(env).filter(
    ([name]) => !name.startsWith('ELVES_') || name.startsWith('ELVES_AGENT_') || passedOn.some((passed) => passed === name),
  )
  return {
    ...Object.fromEntries(kept),
    ELVES_GATEWAY_URL: given.gatewayUrl,
    ELVES_AGENT_DATA_DIR: given.dataDir,
    ELVES_AGENT_APPS_DIR: given.appsDir,
  }
}
