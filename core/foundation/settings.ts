import { oneOf, onOff, type SettingType, anyText as text, wholeNumber } from './setting-type.ts'

interface Setting<T> {
  readonly type: SettingType<T>
  readonly fallback: T
  readonly meaning: string
}

function setting<T>(type: SettingType<T>, fallback: NoInfer<T>, meaning: string): Setting<T> {
  return { type, fallback, meaning }
}

const port = wholeNumber(0, 65_535)
const count = wholeNumber(1)
const ms = wholeNumber(0, 2_147_483_647)
/** An agent's hello names every task that waits there, and must fit into one frame of the link. */
const waiting = wholeNumber(1, 20_000)
const level = oneOf('debug', 'info', 'warn', 'error', 'silent')

/**
 * Every `ELVES_*` variable that any part or test of ours knows, with its default; docs/reference/settings.md is
 * generated from here. An empty text means "not set".
 */
export const settings = {
  ELVES_HTTP_PORT: setting(port, 4100, 'Port of the public edge (GraphQL, REST v2, gateway in standalone). 0 takes any free one.'),
  ELVES_DATA_DIR: setting(text, '.elves', 'Folder of everything that standalone keeps: database, keys, journal, apps, logs.'),
  ELVES_DATABASE_URL: setting(text, '', 'A Postgres server to use; without it standalone brings its own.'),
  ELVES_LOG_LEVEL: setting(level, 'info', 'Least severe level that is logged.'),
  ELVES_SHUTDOWN_MS: setting(ms, 10_000, 'How long a stop waits for work in flight, in ms.'),
  ELVES_AUTH_ID: setting(text, '', 'auth_id of REST v2 in simple mode; standalone makes one at its first start.'),
  ELVES_AUTH_KEY: setting(text, '', 'auth_key of REST v2 in simple mode; standalone makes one at its first start.'),
  ELVES_SERVICE_SECRET: setting(text, '', 'Shared secret of the services for their internal HTTP; standalone makes one at its first start.'),
  ELVES_JOIN_TOKEN: setting(text, '', 'What lets an agent in at the gateway; standalone makes one at its first start.'),
  ELVES_COMMAND_URL: setting(text, '', 'Where query-service finds command-service.'),
  ELVES_COMMAND_PORT: setting(port, 4110, 'Port of the internal HTTP and the gateway of command-service, as a process of its own.'),
  ELVES_PROJECTION_PORT: setting(port, 4120, 'Port of health and metrics of projection-service, as a process of its own.'),
  ELVES_LISTEN_HOST: setting(text, '127.0.0.1', 'Address that a service as a process of its own listens on; standalone listens on 127.0.0.1.'),
  ELVES_ALLOWED_HOSTS: setting(text, '', 'Host names, comma-separated, that requests may name beside localhost and 127.0.0.1.'),
  ELVES_GRAPHIQL: setting(onOff, true, 'Whether /graphiql is served.'),
  ELVES_INTROSPECTION: setting(onOff, true, 'Whether GraphQL introspection is answered.'),
  ELVES_QUERY_MAX_DEPTH: setting(count, 12, 'Deepest nesting of one GraphQL request.'),
  ELVES_QUERY_MAX_COMPLEXITY: setting(count, 20_000, 'Most field values that one GraphQL request may ask for; a list counts its `first` times.'),
  ELVES_QUERY_MAX_ALIASES: setting(count, 50, 'Most aliases in one GraphQL request.'),
  ELVES_QUERY_MAX_BATCH: setting(count, 10, 'Most operations in one GraphQL request.'),
  ELVES_SUBSCRIBER_BUFFER: setting(count, 10_000, 'Changes that a subscriber may be behind before it is closed as too slow.'),
  ELVES_START_ALLOWANCE_MS: setting(ms, 30_000, 'How long after its dispatch a task may still be started, in ms.'),
  ELVES_DEADLINE_GRACE_MS: setting(
    ms,
    15_000,
    'How long the center waits beyond start allowance and run timeout before it calls a task lost, in ms.',
  ),
  ELVES_RESEND_AFTER_MS: setting(ms, 2_000, 'An instruction that is not acknowledged after this is sent again, in ms.'),
  ELVES_AGENT_LOST_AFTER_MS: setting(ms, 30_000, 'An agent that is silent for longer is lost, in ms.'),
  ELVES_PING_INTERVAL_MS: setting(ms, 10_000, 'How often an agent pings, in ms.'),
  ELVES_AGENT_APPS_DIR: setting(text, '', 'App folder of the agent; default `<data dir>/apps`.'),
  ELVES_AGENT_DATA_DIR: setting(text, '.elves-agent', 'Folder of the agent: journal and identity.'),
  ELVES_AGENT_IP: setting(text, '127.0.0.1', 'The IPv4 address that the agent declares as its alias.'),
  ELVES_AGENT_NAME: setting(text, '', 'Display name of the agent; default the host name.'),
  ELVES_AGENT_LABELS: setting(text, '', 'Labels of the agent: `key=value`, comma-separated.'),
  ELVES_AGENT_CONCURRENCY: setting(count, 16, 'Runs at once on one agent.'),
  ELVES_AGENT_APP_CONCURRENCY: setting(count, 16, 'Runs at once of one app on one agent.'),
  ELVES_AGENT_WAITING_LIMIT: setting(waiting, 10_000, 'Tasks that may wait on one agent, at most 20 000; more are refused.'),
  ELVES_AGENT_WORKER: setting(text, '', 'Default worker entry in an app folder; default `app-worker.py` (Windows: `app-worker.exe`).'),
  ELVES_AGENT_PYTHON: setting(text, '', 'Python that runs `app-worker.py`; default the `python3` of PATH.'),
  ELVES_AGENT_STOP_GRACE_MS: setting(ms, 5_000, 'Between SIGTERM and the kill of a run, in ms.'),
  ELVES_AGENT_TASK_MARGIN_MS: setting(ms, 600_000, 'How long beyond its start deadline the agent remembers a task id, in ms.'),
  ELVES_GATEWAY_URL: setting(text, '', 'Where the agent finds its gateway, ws:// or wss://.'),
  ELVES_TEST_DATABASE_URL: setting(text, '', 'Tests: a Postgres server to use instead of an embedded one.'),
  ELVES_TEST_EVENTSTOREDB: setting(text, '', 'Tests: connection string of a real EventStoreDB, for the adapter to come.'),
} as const

export type SettingName = keyof typeof settings
export type Settings = { readonly [Name in SettingName]: (typeof settings)[Name]['fallback'] }
