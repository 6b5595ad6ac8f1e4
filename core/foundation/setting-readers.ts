import { type SettingName, settings } from './settings.ts'

const names = Object.keys(settings) as SettingName[]

function beginning(...prefixes: readonly string[]): readonly SettingName[] {
  return names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
}

const store: readonly SettingName[] = ['ELVES_DATABASE_URL', 'ELVES_EVENTSTOREDB_URL']
const everyProcess: readonly SettingName[] = ['ELVES_LOG_LEVEL', 'ELVES_SHUTDOWN_MS']
const served: readonly SettingName[] = ['ELVES_ALLOWED_HOSTS']
const apart: readonly SettingName[] = ['ELVES_LISTEN_HOST', 'ELVES_INSTANCE']
const kafka = beginning('ELVES_KAFKA_')
const writeSide: readonly SettingName[] = [
  'ELVES_REST_MODE',
  'ELVES_APP_PACKAGES_DIR',
  ...beginning('ELVES_S3_'),
  'ELVES_JOIN_TOKEN',
  'ELVES_KEYLESS_AGENTS',
  'ELVES_SIGNING_KEY',
  ...beginning('ELVES_SECRETS_'),
  'ELVES_START_ALLOWANCE_MS',
  'ELVES_DEADLINE_GRACE_MS',
  'ELVES_RESEND_AFTER_MS',
  'ELVES_AGENT_LOST_AFTER_MS',
  'ELVES_PING_INTERVAL_MS',
  ...beginning('ELVES_OUTPUT_'),
]
const edge: readonly SettingName[] = [
  'ELVES_REST_MODE',
  'ELVES_REST_SIGN_TYPES',
  'ELVES_APP_PACKAGE_BYTES',
  'ELVES_APP_UNPACKED_BYTES',
  'ELVES_HTTP_PORT',
  'ELVES_AUTH_ID',
  'ELVES_AUTH_KEY',
  'ELVES_TOKEN',
  'ELVES_PUBLIC_URL',
  'ELVES_PUBLIC_CA_FILE',
  'ELVES_PUBLIC_PIN',
  'ELVES_PUBLIC_GATEWAY_URL',
  'ELVES_PACKAGES_DIR',
  'ELVES_DASHBOARD',
  'ELVES_GRAPHIQL',
  'ELVES_INTROSPECTION',
  'ELVES_SUBSCRIBER_BUFFER',
  ...beginning('ELVES_QUERY_'),
]
const onHost = beginning('ELVES_AGENT_').filter((name) => name !== 'ELVES_AGENT_LOST_AFTER_MS')
/** Settings that a runner sets itself for each of its agents. */
const ofRunner: readonly SettingName[] = ['ELVES_AGENT_DATA_DIR', 'ELVES_AGENT_LINK']
const componentsOfProcess: readonly SettingName[] = ['ELVES_COMPONENTS', 'ELVES_PROCESS_COMPONENTS']
const tlsDoor = beginning('ELVES_GATEWAY_TLS_')
const sharing: readonly SettingName[] = ['ELVES_SHARED_PORTS']
const webhooks = beginning('ELVES_WEBHOOK_')
const inventory: readonly SettingName[] = ['ELVES_INVENTORY_FILE']
const audit = [...beginning('ELVES_AUDIT_'), ...beginning('ELVES_WATCH_')]
const tracing = beginning('ELVES_OTLP_')
const projecting: readonly SettingName[] = ['ELVES_VALUES_KEPT_DAYS']
/** Of those who decide about people. */
const people: readonly SettingName[] = ['ELVES_AUTH', 'ELVES_ADMIN_PASSWORD', ...beginning('ELVES_SESSION_'), ...beginning('ELVES_SIGN_IN_')]
/** Of those at whose doors people sign in. */
const signIn: readonly SettingName[] = ['ELVES_AUTH', 'ELVES_TRUSTED_PROXIES', ...beginning('ELVES_PROXY_'), ...beginning('ELVES_OIDC_')]
const platform: readonly SettingName[] = [
  ...people,
  ...signIn.filter((name) => name !== 'ELVES_AUTH'),
  'ELVES_DATA_DIR',
  'ELVES_SERVICE_SECRET',
  ...everyProcess,
  ...store,
  ...served,
  ...writeSide,
  ...webhooks,
  ...inventory,
  ...audit,
  ...projecting,
  ...tracing,
  ...edge,
  'ELVES_COMPONENTS',
]

/** The settings that each program reads. docs/reference/settings.md and the `--help` texts are made from it. */
export const settingsOf = {
  'npm start': [...platform, 'ELVES_LISTEN', ...tlsDoor, ...onHost.filter((name) => !ofRunner.includes(name))],
  'npm run cluster': [
    ...platform,
    'ELVES_GATEWAY_PORT',
    'ELVES_LISTEN',
    'ELVES_GATEWAY_TLS_PORT',
    'ELVES_CACHE_DIR',
    'ELVES_MAVEN_REPOSITORY',
    ...kafka,
    ...onHost.filter((name) => !ofRunner.includes(name) && name !== 'ELVES_AGENT_IP' && name !== 'ELVES_AGENT_NAME'),
  ],
  'command-service': [
    ...everyProcess,
    ...store,
    ...served,
    ...apart,
    ...writeSide,
    ...webhooks,
    ...inventory,
    ...audit,
    ...kafka,
    ...componentsOfProcess,
    ...tlsDoor,
    ...sharing,
    ...tracing,
    'ELVES_COMMAND_PORT',
    'ELVES_SERVICE_SECRET',
    ...people,
  ],
  gateway: [...everyProcess, ...store, ...served, ...apart, ...writeSide, ...kafka, ...tlsDoor, ...sharing, ...tracing, 'ELVES_GATEWAY_PORT'],
  'projection-service': [...everyProcess, ...store, ...served, ...apart, ...kafka, ...projecting, 'ELVES_PROJECTION_PORT'],
  'query-service': [
    ...everyProcess,
    ...store,
    ...served,
    ...apart,
    ...edge,
    ...kafka,
    ...componentsOfProcess,
    ...sharing,
    ...tracing,
    'ELVES_LISTEN',
    'ELVES_LISTEN_CERT_FILE',
    'ELVES_LISTEN_KEY_FILE',
    'ELVES_COMMAND_URL',
    ...signIn,
    'ELVES_TOKEN_FILE',
    'ELVES_APP_PACKAGES_DIR',
    ...beginning('ELVES_S3_'),
    'ELVES_SERVICE_SECRET',
  ],
  agent: [
    ...everyProcess,
    ...onHost,
    ...kafka,
    'ELVES_GATEWAY_URL',
    'ELVES_GATEWAY_CA_FILE',
    'ELVES_GATEWAY_CERT_SHA256',
    'ELVES_JOIN_TOKEN',
    'ELVES_JOIN_TOKEN_FILE',
  ],
} as const satisfies Readonly<Record<string, readonly SettingName[]>>

export type Program = keyof typeof settingsOf
export const programs = Object.keys(settingsOf) as readonly Program[]

export function reads(program: Program, name: SettingName): boolean {
  return (settingsOf[program] as readonly SettingName[]).includes(name)
}

/** Returns the settings in the environment that this program does not read, without those of the tests. */
export function unread(program: Program, env: Readonly<Record<string, string | undefined>>): readonly SettingName[] {
  return names.filter((name) => (env[name] ?? '') !== '' && !name.startsWith('ELVES_TEST_') && !reads(program, name))
}

/** Returns one line for the user about settings that this program does not read; null if there are none. */
export function unreadNote(program: Program, env: Readonly<Record<string, string | undefined>>): string | null {
  const ignored = unread(program, env)
  if (ignored.length === 0) return null
  return `${ignored.join(', ')} ${ignored.length === 1 ? 'is' : 'are'} set, but ${program} does not read ${ignored.length === 1 ? 'it' : 'them'}.`
}

/** Returns the part of a `--help` text that lists the settings that a program reads. */
export function settingsHelp(program: Program): string {
  const lines = names
    .filter((name) => reads(program, name))
    .map((name) => {
      const { fallback, meaning } = settings[name]
      return `  ${name}${String(fallback) === '' ? '' : ` (${fallback})`}\n      ${meaning}`
    })
  return `Settings, by environment:\n${lines.join('\n')}\n`
}
