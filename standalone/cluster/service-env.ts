import type { SettingName, Settings } from '@elves/core/foundation/settings.ts'
import { type Given, only } from '../agent-env.ts'
import type { ScaledService } from '../ready-file.ts'
import type { Env } from '../runner/plan.ts'

const store: readonly SettingName[] = ['ELVES_DATABASE_URL', 'ELVES_EVENTSTOREDB_URL']
const every: readonly SettingName[] = ['ELVES_LOG_LEVEL', 'ELVES_SHUTDOWN_MS', 'ELVES_ALLOWED_HOSTS']
const writeSide: readonly SettingName[] = [
  ...store,
  'ELVES_START_ALLOWANCE_MS',
  'ELVES_DEADLINE_GRACE_MS',
  'ELVES_RESEND_AFTER_MS',
  'ELVES_AGENT_LOST_AFTER_MS',
  'ELVES_PING_INTERVAL_MS',
]

/** Which of our settings are the business of a service. */
const shares: Readonly<Record<ScaledService, (name: SettingName) => boolean>> = {
  'command-service': (name) => writeSide.includes(name) || isOfKafka(name),
  gateway: (name) => writeSide.includes(name) || isOfKafka(name),
  'projection-service': (name) => store.includes(name) || isOfKafka(name),
  'query-service': (name) => ['ELVES_GRAPHIQL', 'ELVES_INTROSPECTION', 'ELVES_SUBSCRIBER_BUFFER'].includes(name) || name.startsWith('ELVES_QUERY_'),
}

export function isOfKafka(name: string): boolean {
  return name.startsWith('ELVES_KAFKA_')
}

/** The environment of one instance: ours without what is none of its business, and what this start gives it. */
export function serviceEnv(service: ScaledService, env: Env, given: Given): Env {
  return { ...only(env, (name) => every.includes(name) || shares[service](name)), ELVES_LISTEN_HOST: '127.0.0.1', ...given }
}

/** The setting that holds the port of a service's process. */
export const portSettings: Readonly<Record<ScaledService, keyof Settings>> = {
  'command-service': 'ELVES_COMMAND_PORT',
  gateway: 'ELVES_GATEWAY_PORT',
  'projection-service': 'ELVES_PROJECTION_PORT',
  'query-service': 'ELVES_HTTP_PORT',
}
