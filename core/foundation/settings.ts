import { type Component, componentNames, platformComponents, processComponents } from './components.ts'
import { keySettings } from './key-settings.ts'
import { setting } from './setting.ts'
import { listOf, oneOf, onOff, anyText as text, urlOf, wholeNumber } from './setting-type.ts'
import { namedBySettings } from './sign-in-settings.ts'
import { panelOfAgentSettings, watcherSettings } from './watch-settings.ts'

export const database = urlOf('postgres:', 'postgresql:')
const port = wholeNumber(0, 65_535)
const count = wholeNumber(1)
const mebibyte = 1024 * 1024
const ms = wholeNumber(0, 2_147_483_647)
/** Bounded, because an agent's hello names every task that waits at the agent, and must fit into one frame of the link. */
const waiting = wholeNumber(1, 20_000)
const programNames = listOf(/^[A-Za-z][\w.+-]*$/, 'names of programs without a folder')
/** Not ours: they contain secrets. */
const variableNames = listOf(/^(?!ELVES_)(\*|[A-Za-z_]\w*\*?)$/, 'names of variables that do not begin with ELVES_, NAME or BEGINNING* or *')
/** The variables of the agent's environment that each worker gets; `*` stands for any ending. */
export const workerVariables: readonly string[] = (
  'PATH,HOME,USER,LOGNAME,SHELL,HOSTNAME,LANG,LANGUAGE,LC_*,TZ,TERM,TMPDIR,TMP,TEMP,XDG_*,' +
  'http_proxy,https_proxy,ftp_proxy,all_proxy,no_proxy,HTTP_PROXY,HTTPS_PROXY,FTP_PROXY,ALL_PROXY,NO_PROXY,' +
  'SSL_CERT_FILE,SSL_CERT_DIR,LD_LIBRARY_PATH,JAVA_HOME,DOTNET_*,MONO_*,PYTHON*,PYENV_*,GOPATH,GOCACHE,' +
  'SystemRoot,SystemDrive,windir,ComSpec,PATHEXT,USERPROFILE,APPDATA,LOCALAPPDATA,ProgramData,ProgramFiles'
).split(',')

/**
 * Every `ELVES_*` variable that any part or test of the platform reads, with its default; docs/reference/settings.md is
 * generated from here. An empty text means "not set".
 */
export const settings = {
  ELVES_HTTP_PORT: setting(port, 4100, 'Port of the public edge (GraphQL, REST v2, gateway in standalone). 0 takes any free one.'),
  ELVES_DATA_DIR: setting(text, '.elves', 'Folder of everything that standalone keeps: database, keys, journal, apps, logs.'),
  ELVES_DATABASE_URL: setting(database, '', 'A Postgres server to use; without it standalone brings its own.'),
  ELVES_EVENTSTOREDB_URL: setting(
    text,
    '',
    'Connection string of an EventStoreDB (esdb://…) that keeps the events; without it they are in Postgres. Read models are in Postgres either way.',
  ),
  ELVES_VALUES_KEPT_DAYS: setting(
    wholeNumber(0, 36_500),
    0,
    'Days after which parameters and results above 256 bytes of ended tasks are aged out for good: SHA-256 and size stay. 0 keeps them for ever. Not with EventStoreDB.',
  ),
  ELVES_KAFKA_BROKERS: setting(
    text,
    '',
    'Kafka brokers, host:port, comma-separated. Services that scale out need it; `npm run cluster` brings its own.',
  ),
  ELVES_KAFKA_TOPIC_PREFIX: setting(text, 'elves', 'First part of the names of the topics: <prefix>.events, .instructions, .reports, .output.'),
  ELVES_KAFKA_AGENT_PARTITIONS: setting(
    wholeNumber(1, 10_000),
    16,
    'Partitions of the topics of instructions, of reports and of output, for as long as they live; existing topics must have so many.',
  ),
  ELVES_KAFKA_REPLICATION: setting(wholeNumber(1, 32), 1, 'Replicas of each topic that is created; with 3 or more, 2 must be in sync.'),
  ELVES_KAFKA_COMPRESSION: setting(oneOf('none', 'gzip'), 'none', 'Compression of what is produced.'),
  ELVES_KAFKA_SASL: setting(oneOf('none', 'plain', 'scram-sha-256', 'scram-sha-512'), 'none', 'How to sign in at the brokers.'),
  ELVES_KAFKA_USERNAME: setting(text, '', 'User of the sign-in at the brokers.'),
  ELVES_KAFKA_PASSWORD: setting(text, '', 'Password of the sign-in at the brokers.'),
  ELVES_KAFKA_TLS: setting(onOff, false, 'Whether the brokers are spoken to over TLS.'),
  ELVES_KAFKA_TLS_CA_FILE: setting(text, '', 'Certificate authority of the brokers, PEM; default those that Node trusts.'),
  ELVES_KAFKA_TLS_CERT_FILE: setting(text, '', 'Own certificate for the brokers, PEM.'),
  ELVES_KAFKA_TLS_KEY_FILE: setting(text, '', 'Key of the own certificate, PEM.'),
  ELVES_CACHE_DIR: setting(text, '', 'Where downloaded parts (the Kafka broker) are kept; default ~/.cache/elves.'),
  ELVES_MAVEN_REPOSITORY: setting(text, '', "Base URL of the Maven repository that has the Kafka broker; default what Maven's own settings say."),
  ELVES_OTLP_ENDPOINT: setting(
    urlOf('http:', 'https:'),
    '',
    'Base URL of an OpenTelemetry collector that gets spans of requests and tasks, OTLP over HTTP: `http://127.0.0.1:4318`; default what `OTEL_EXPORTER_OTLP_ENDPOINT` says. Without either there are none.',
  ),
  ELVES_OTLP_PERCENT: setting(wholeNumber(0, 100), 100, 'Share of the traces that begin in the platform, of 100, that the collector gets.'),
  ELVES_LOG_LEVEL: setting(oneOf('debug', 'info', 'warn', 'error', 'silent'), 'info', 'Least severe level that is logged.'),
  ELVES_SHUTDOWN_MS: setting(ms, 10_000, 'How long a stop waits for work in flight, in ms.'),
  ELVES_AUTH_ID: setting(text, '', 'auth_id of REST v2 in simple mode; standalone makes one at its first start.'),
  ELVES_AUTH_KEY: setting(text, '', 'auth_key of REST v2 in simple mode; standalone makes one at its first start.'),
  ELVES_REST_MODE: setting(
    oneOf('simple', 'supervisor'),
    'simple',
    'Who may call REST v2. simple: the pair of ELVES_AUTH_ID and ELVES_AUTH_KEY may do everything. supervisor: auth keys that people make, each with its grants; the same for all processes.',
  ),
  ELVES_REST_SIGN_TYPES: setting(
    listOf(/^(md5|hmac-sha256)$/, 'md5, hmac-sha256'),
    ['md5', 'hmac-sha256'],
    'Kinds of signatures that REST v2 takes, comma-separated. Without md5 scripts of 0.1.x are refused with 401.3.',
  ),
  ELVES_COMPONENTS: setting<readonly Component[]>(
    platformComponents,
    componentNames,
    'What is on in this platform, comma-separated; the same for all its processes. The commands of what is off are refused with COMPONENT_OFF.',
  ),
  ELVES_PROCESS_COMPONENTS: setting<readonly Component[]>(
    processComponents,
    componentNames,
    'What of the components that are on this process runs, comma-separated, or `none`; others run the rest.',
  ),
  ...keySettings,
  ELVES_COMMAND_URL: setting(text, '', 'Where query-service finds command-service; several instances, comma-separated, are used in turn.'),
  ELVES_COMMAND_PORT: setting(
    port,
    4110,
    'Port of the internal HTTP of command-service as a process of its own; without Kafka its gateway is there too.',
  ),
  ELVES_GATEWAY_PORT: setting(port, 4130, 'Port of the gateway, as a process of its own.'),
  ELVES_INSTANCE: setting(text, '', 'Names an instance of a service in logs, leases and link events; default host name and a random id.'),
  ELVES_PROJECTION_PORT: setting(port, 4120, 'Port of health and metrics of projection-service, as a process of its own.'),
  ELVES_LISTEN_HOST: setting(
    text,
    '127.0.0.1',
    'Address that a service as a process of its own listens on; npm run cluster listens on 127.0.0.1 only, npm start too where ELVES_LISTEN says nothing else.',
  ),
  ELVES_ALLOWED_HOSTS: setting(text, '', 'Host names, comma-separated, that requests may name beside localhost and 127.0.0.1.'),
  ELVES_LISTEN: setting(
    text,
    '',
    'Address of a second door to GraphQL, REST v2, the pages and the packages of agents, for other machines, over TLS: `10.0.0.5:4140`; `0.0.0.0` is all addresses of this machine, 4140 the port where none is named. In standalone the gateway is there too; npm run cluster opens ELVES_GATEWAY_TLS_PORT for it. People need the token there, too.',
  ),
  ELVES_LISTEN_CERT_FILE: setting(
    text,
    '',
    'Certificate of that door, PEM, of query-service as a process of its own; npm start and npm run cluster make one.',
  ),
  ELVES_LISTEN_KEY_FILE: setting(text, '', 'Private key of that certificate, PEM.'),
  ELVES_SHARED_PORTS: setting(
    onOff,
    false,
    'Whether the doors with TLS are at ports at which other instances of this machine listen too; Linux gives each of them a part of the connections.',
  ),
  ELVES_PUBLIC_CA_FILE: setting(
    text,
    '',
    "The certificate authority, PEM, that the install script gives to agents, where the center's certificate is of one that hosts do not trust by themselves.",
  ),
  ELVES_PUBLIC_PIN: setting(
    text,
    '',
    "SHA-256 of the public key of the center's certificate, base64: the install line has it, for a certificate that hosts do not trust by themselves.",
  ),
  ELVES_PUBLIC_URL: setting(
    text,
    '',
    'Where hosts reach GraphQL and the packages of agents, http(s)://host:port; default the address by which a request came.',
  ),
  ELVES_PUBLIC_GATEWAY_URL: setting(
    text,
    '',
    'What the install script gives to agents as `ELVES_GATEWAY_URL`; default `/gateway` at the address of the center, as in standalone.',
  ),
  ELVES_PACKAGES_DIR: setting(
    text,
    '',
    'Folder of the packages of the agent that the center serves; default `packages` in the data folder, else where `npm run package-agent` puts them.',
  ),
  ELVES_APP_PACKAGES_DIR: setting(
    text,
    '',
    'Folder of the packages of apps, the same for all services: on several machines a shared one. Default `app-packages` in the data folder.',
  ),
  ELVES_S3_BUCKET: setting(
    text,
    '',
    'Bucket of an S3-compatible store that keeps the packages of apps, the same for all services; empty: the folder does.',
  ),
  ELVES_S3_ENDPOINT: setting(text, '', 'Address of that store, https://s3.example.com say; empty: AWS.'),
  ELVES_S3_REGION: setting(text, 'us-east-1', 'Region of the bucket.'),
  ELVES_S3_PREFIX: setting(text, 'app-packages/', 'What the names of packages in the bucket begin with.'),
  ELVES_S3_ACCESS_KEY_ID: setting(text, '', 'Access key for the bucket; empty: what the host gives (roles, variables and files of AWS).'),
  ELVES_S3_SECRET_ACCESS_KEY: setting(text, '', 'Its secret.'),
  ELVES_S3_SECRET_ACCESS_KEY_FILE: setting(text, '', 'File that the secret is read from, where `ELVES_S3_SECRET_ACCESS_KEY` has none.'),
  ELVES_APP_PACKAGE_BYTES: setting(
    wholeNumber(1, 256 * mebibyte),
    256 * mebibyte,
    'Largest package of an app, in bytes. No agent takes a larger one than the default.',
  ),
  ELVES_APP_UNPACKED_BYTES: setting(
    wholeNumber(1, 1024 * mebibyte),
    1024 * mebibyte,
    'Most bytes of the files of a package of an app together, unpacked. No agent takes more than the default.',
  ),
  ELVES_DASHBOARD: setting(onOff, true, 'Whether the pages at / are served.'),
  ELVES_AUTH: setting(
    oneOf('local', 'users', 'proxy'),
    'local',
    'Who may use the platform. `local`: one admin, who shows ELVES_TOKEN. `users`: users with passwords, sessions and access tokens, also by ELVES_OIDC_ISSUER. `proxy`: users whom a sign-in proxy names; see ELVES_PROXY_ADDRESSES.',
  ),
  ...namedBySettings,
  ELVES_ADMIN_PASSWORD: setting(
    text,
    '',
    'The first password of the user admin, who is made in mode `users` where nobody has that name; it must be changed at the first sign-in. npm start and npm run cluster make one.',
  ),
  ELVES_SESSION_IDLE_MS: setting(ms, 43_200_000, 'A session that was not used for so long ends, in ms. Default 12 hours.'),
  ELVES_SESSION_LONGEST_MS: setting(ms, 604_800_000, 'A session ends after so long, in ms. Default 7 days.'),
  ELVES_TOKEN: setting(
    text,
    '',
    'The token of the local admin, at least 32 characters: every door of people wants it. npm start and npm run cluster make one at their first start.',
  ),
  ELVES_TOKEN_FILE: setting(
    text,
    '',
    'File that has the token of the local admin where ELVES_TOKEN is not set; query-service as a process of its own makes it, for its owner only, where it is not there.',
  ),
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
  ELVES_WEBHOOK_NETWORKS: setting(
    text,
    '',
    'Networks that webhooks may deliver to beside public addresses: CIDR, comma-separated, or `all`. npm start and npm run cluster: all, where it is not set.',
  ),
  ELVES_WEBHOOK_TIMEOUT_MS: setting(wholeNumber(1, 600_000), 15_000, 'How long an attempt of a delivery may take until the answer begins, in ms.'),
  ELVES_WEBHOOK_RETRY_MS: setting(
    wholeNumber(1, 2_147_483_647),
    5_000,
    'Delay before the second attempt of a delivery, in ms; each further one is twice as long.',
  ),
  ELVES_WEBHOOK_LONGEST_RETRY_MS: setting(wholeNumber(1, 2_147_483_647), 600_000, 'Longest delay between two attempts of a delivery, in ms.'),
  ELVES_WEBHOOK_GIVE_UP_MS: setting(ms, 259_200_000, 'How long after its first attempt a delivery is tried, in ms; 3 days.'),
  ELVES_WEBHOOK_FAILING_AFTER_MS: setting(ms, 60_000, 'How long all attempts of a webhook must have failed before it is shown as FAILING, in ms.'),
  ELVES_INVENTORY_FILE: setting(
    text,
    '',
    'JSON file of the inventory sources that give agents labels; default none. docs/guides/labels.md has its form.',
  ),
  ELVES_OUTPUT_KEPT_DAYS: setting(
    wholeNumber(1, 3_650),
    7,
    'Days for which what runs print is kept, counted from the beginning of the run, today among them.',
  ),
  ELVES_OUTPUT_KEPT_BYTES: setting(
    wholeNumber(67_108_864),
    4_294_967_296,
    'Most bytes that what runs print may take in the database; beyond them the oldest days go before their time, and what comes when only today is left is not kept.',
  ),
  ELVES_AUDIT_KEY_FILE: setting(
    text,
    '',
    'File with the Ed25519 key that signs heads of the log, made where it is not there; the same in each command-service. Standalone and `npm run cluster`: `<data dir>/audit-key`. Without it the log has no tree, no proofs and no export.',
  ),
  ELVES_AUDIT_HEAD_MS: setting(
    wholeNumber(100, 86_400_000),
    10_000,
    'Shortest time between two signed heads of the log, in ms; an idle log gets none.',
  ),
  ELVES_AUDIT_HEADS_FILE: setting(
    text,
    '',
    'File to which each signed head of the log is appended as a line of JSON: on another disk, or one that others copy.',
  ),
  ELVES_AUDIT_HEADS_URL: setting(text, '', 'URL to which each signed head of the log is POSTed as JSON.'),
  ...watcherSettings,
  ELVES_AGENT_APPS_DIR: setting(text, '', 'App folder of the agent; default `<data dir>/apps`.'),
  ...panelOfAgentSettings,
  ELVES_AGENT_DATA_DIR: setting(text, '.elves-agent', 'Folder of the agent: journal and identity.'),
  ELVES_AGENT_IP: setting(text, '', 'The IPv4 address that the agent declares as its alias; default the address from which its gateway sees it.'),
  ELVES_AGENT_NAME: setting(text, '', 'Display name of the agent; default the host name.'),
  ELVES_AGENT_LABELS: setting(text, '', 'Labels of the agent: `key=value`, comma-separated.'),
  ELVES_AGENT_CONCURRENCY: setting(count, 16, 'Runs at once on one agent.'),
  ELVES_AGENT_APP_CONCURRENCY: setting(
    wholeNumber(0),
    0,
    'Runs at once of one app on one agent; 0 is three quarters of `ELVES_AGENT_CONCURRENCY` (12 of 16), so that one app never takes all.',
  ),
  ELVES_AGENT_WAITING_LIMIT: setting(waiting, 10_000, 'Tasks that may wait on one agent, at most 20 000; more are refused.'),
  ELVES_AGENT_WORKER: setting(
    text,
    '',
    'Worker entry of apps that name none; default the first of `app-worker.py`, `app-worker`, `app-worker.sh`, `app-worker.js`, `app-worker.exe` (Windows: it first) that is there.',
  ),
  ELVES_AGENT_INTERPRETERS: setting(
    programNames,
    'python,pypy,node,deno,bun,bash,sh,dash,ksh,zsh,perl,ruby,php,lua,tclsh,mono,dotnet,java,pwsh'.split(','),
    'Programs on PATH that a proxy or an entry may name before its `|`, also with a version behind the name (`python2`, `python3.11`). `java` runs with `-jar`.',
  ),
  ELVES_AGENT_WORKER_ENV: setting(
    variableNames,
    [],
    `Variables of the agent's environment that workers get beside ${workerVariables.map((name) => `\`${name}\``).join(', ')}: \`NAME\` or \`BEGINNING*\`, comma-separated; \`*\` is all but those of Elves, npm and Node.`,
  ),
  ELVES_AGENT_WORKER_NICE: setting(
    wholeNumber(0, 19),
    15,
    'How much lower the CPU priority of workers is than that of the agent, as `nice` counts it; their cgroup weighs as much less. 0: it is the same.',
  ),
  ELVES_AGENT_WORKER_IDLE_AFTER_MS: setting(
    ms,
    0,
    'How long a run goes on before it has only the CPU that nothing else on its host wants (the idle class of Linux), in ms; 0: never. The agents of `npm start` and `npm run cluster`, which are beside a center, have 1000. Without effect where `ELVES_AGENT_WORKER_NICE` is 0.',
  ),
  ELVES_AGENT_PYTHON: setting(text, '', 'Python that runs `app-worker.py`; default the `python3` of PATH.'),
  ELVES_AGENT_MONO: setting(text, '', 'Mono that runs `.exe` files; default the `mono` of PATH.'),
  ELVES_AGENT_ENCODING: setting(
    text,
    '',
    'What workers print in where the `appcfg.json` of their app does not say it (`gbk`, say); default `utf-8`.',
  ),
  ELVES_AGENT_PROCESSOR_WAITING: setting(
    wholeNumber(1, 100_000),
    1_000,
    'Results of one app that may wait for its processor on one agent; what comes beyond is not handed on.',
  ),
  ELVES_AGENT_PROCESSOR_GIVE_UP_MS: setting(ms, 259_200_000, 'How long the agent goes on calling a processor for one result, in ms; default 3 days.'),
  ELVES_AGENT_PROCESSOR_TIMEOUT_MS: setting(
    ms,
    60_000,
    'How long a call of a processor may take, in ms; `Processor.Timeout` of appcfg.json can only shorten it.',
  ),
  ELVES_AGENT_CRON_FILE: setting(text, '', "The agent's own crons; default `cron.json` in the agent's data folder."),
  ELVES_AGENT_CRON_KEPT_BYTES: setting(
    wholeNumber(65_536, 1_073_741_824),
    33_554_432,
    'Runs of own crons that the agent keeps while the center is away, in approximate bytes; the oldest beyond them are dropped and counted.',
  ),
  ELVES_AGENT_OUTPUT_KEPT_BYTES: setting(
    wholeNumber(0, 67_108_864),
    1_048_576,
    'Bytes that are kept of what one run prints, from its beginning; the rest is counted. 0: nothing is kept.',
  ),
  ELVES_AGENT_OUTPUT_SPOOL_BYTES: setting(
    wholeNumber(1_048_576, 1_073_741_824),
    16_777_216,
    'Memory of the agent for what runs print until the center has it; what comes beyond is not kept, and that is said.',
  ),
  ELVES_AGENT_STOP_GRACE_MS: setting(ms, 5_000, 'Between SIGTERM and the kill of a run, in ms.'),
  ELVES_AGENT_UPDATE_QUIET_MS: setting(
    ms,
    300_000,
    'How long an agent that shall start as another program waits for a moment without runs, in ms; then it ends them, INTERRUPTED.',
  ),
  ELVES_AGENT_UPDATE_REACH_MS: setting(
    ms,
    120_000,
    'Within this a new program of the agent has to reach the center, in ms; else the one before runs again.',
  ),
  ELVES_AGENT_TASK_MARGIN_MS: setting(ms, 600_000, 'How long beyond its start deadline the agent remembers a task id, in ms.'),
  ELVES_AGENT_LINK: setting(
    oneOf('gateway', 'kafka'),
    'gateway',
    'How the agent is linked to the center: by a gateway, or (small trusted fleets) by Kafka directly.',
  ),
  ELVES_GATEWAY_URL: setting(text, '', 'Where the agent finds its gateway, ws:// or wss://. An agent on Kafka gets the packages of apps there.'),
  ELVES_GATEWAY_CA_FILE: setting(
    text,
    '',
    'PEM of the authorities that may have signed the certificate of a gateway at wss://; default those that Node trusts.',
  ),
  ELVES_GATEWAY_CERT_SHA256: setting(
    text,
    '',
    'SHA-256 of the certificate of the gateway at wss://, hex, with or without colons: the agent takes exactly this one, whoever signed it and for what name.',
  ),
  ELVES_GATEWAY_TLS_CERT_FILE: setting(
    text,
    '',
    'Certificate of the gateway, PEM, with those that it was signed by; opens a door for agents with TLS.',
  ),
  ELVES_GATEWAY_TLS_KEY_FILE: setting(text, '', 'Private key of that certificate, PEM.'),
  ELVES_GATEWAY_TLS_PORT: setting(port, 4143, 'Port of the door for agents with TLS. 0 takes any free one.'),
  ELVES_GATEWAY_TLS_HOST: setting(text, '', 'Address that the door for agents with TLS listens on; default that of the plain one.'),
  ELVES_TEST_DATABASE_URL: setting(text, '', 'Tests: a Postgres server to use instead of an embedded one.'),
  ELVES_TEST_KAFKA_BROKERS: setting(text, '', 'Tests: Kafka brokers to use instead of one of our own.'),
  ELVES_TEST_PLATFORM: setting(text, '', 'Tests: what the end-to-end suite runs against: standalone (default), cluster or compose.'),
  ELVES_TEST_EVENTSTOREDB: setting(text, '', 'Tests: connection string of a real EventStoreDB for the contract suite.'),
} as const

export type SettingName = keyof typeof settings
export type Settings = { readonly [Name in SettingName]: (typeof settings)[Name]['fallback'] }
