import { reads } from '@elves/core/foundation/setting-readers.ts'
import type { SettingName, Settings } from '@elves/core/foundation/settings.ts'
import { type Given, only } from '../agent-env.ts'
import type { ScaledService } from '../ready-file.ts'
import type { Env } from '../runner/plan.ts'

export function isOfKafka(name: string): boolean {
  return name.startsWith('ELVES_KAFKA_')
}

/** A service that reads one of these settings gets the platform's secret. */
const secrets: readonly SettingName[] = [
  'ELVES_JOIN_TOKEN',
  'ELVES_SIGNING_KEY',
  'ELVES_SECRETS_KEY',
  'ELVES_SERVICE_SECRET',
  'ELVES_AUTH_ID',
  'ELVES_AUTH_KEY',
]

/** The environment of one instance: ours, reduced to the settings that the service reads, plus the ones this start gives it. */
export function serviceEnv(service: ScaledService, env: Env, given: Given): Env {
  // Everything is on this machine, and so are receivers that somebody tries out.
  const networks = reads(service, 'ELVES_WEBHOOK_NETWORKS') && !env['ELVES_WEBHOOK_NETWORKS'] ? { ELVES_WEBHOOK_NETWORKS: 'all' } : {}
  // Doors with TLS are given by `--listen`: several gateways on one machine can not all have one port, unless they know of each other.
  const isOfDoors = (name: SettingName) => /^ELVES_(GATEWAY_TLS_|LISTEN|SHARED_PORTS)/.test(name)
  const isGiven = (name: SettingName) => reads(service, name) && !secrets.includes(name) && !isOfDoors(name)
  return { ...only(env, isGiven), ...networks, ELVES_LISTEN_HOST: '127.0.0.1', ...given }
}

/** The setting that holds the port of a service's process. */
export const portSettings: Readonly<Record<ScaledService, keyof Settings>> = {
  'command-service': 'ELVES_COMMAND_PORT',
  gateway: 'ELVES_GATEWAY_PORT',
  'projection-service': 'ELVES_PROJECTION_PORT',
  'query-service': 'ELVES_HTTP_PORT',
}
