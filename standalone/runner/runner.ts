import { join, resolve } from 'node:path'
import { folderLock } from '@elves/core/foundation/folder-lock.ts'
import { makeFolder } from '@elves/core/foundation/folders.ts'
import { type Running, Stack } from '@elves/core/foundation/lifecycle.ts'
import { loggerOn } from '@elves/core/foundation/log.ts'
import { type Program, unreadNote } from '@elves/core/foundation/setting-readers.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { installExample } from '../apps.ts'
import { refuseHalfRestored } from '../backup/restore-draft.ts'
import type { KeptRunning } from '../kept-running.ts'
import { stopOtherAgents } from '../local-agent.ts'
import { type EmbeddedPostgres, embeddedPostgres, postgresProbe } from '../postgres/embedded-postgres.ts'
import { pythonNote } from '../python.ts'
import { type Secrets, secrets } from '../secrets.ts'
import { startMessage } from '../start-message.ts'
import { refuseStopped } from '../stopping.ts'
import { firstPassword } from './first-password.ts'
import { type KeptGroup, keptParts } from './kept-parts.ts'
import { logFile } from './log-file.ts'
import type { Plan, PreparedRun, RunnerOptions, Said, Shape } from './plan.ts'

/** The whole platform on this machine. */
export interface Platform<ItsSaid extends Said = Said> extends Running {
  /** Resolves when everything works and the ready file says so; if the start fails, rejects after everything is stopped again. */
  readonly ready: Promise<ItsSaid>
  /** Kills every process without waiting; for a second Ctrl-C. */
  killAll(): void
}

type Base<ItsSaid extends Said> = Pick<PreparedRun<ItsSaid>, 'stack' | 'logger' | 'log' | 'parts' | 'stopping'>

const programOf = { standalone: 'npm start', cluster: 'npm run cluster' } as const satisfies Record<string, Program>

/** Starts a platform by its plan, and keeps it running until it is stopped. */
export function runner<ItsSaid extends Said>(plan: Plan<ItsSaid>, options: RunnerOptions): Platform<ItsSaid> {
  const { settings, dataDir } = options
  makeFolder(join(dataDir, 'logs'))
  const log = logFile(join(dataDir, 'logs', `${plan.name}.log`))
  // A log that only one process writes stays plain JSON.
  const logger = loggerOn(log.outlet, plan.name, settings.ELVES_LOG_LEVEL, plan.isOneProcess ? log.outlet : log.named(plan.name))
  const stack = new Stack(logger)
  const stopping = new AbortController()
  const announcement = announcements(plan, dataDir)
  const parts = keptParts(logger, announcement.repeat)
  const base = { stack, logger, log, parts, stopping: stopping.signal }
  const ready = start(plan, options, base, announcement).catch(async (error: unknown) => {
    if (stopping.signal.aborted) logger.info('the start was stopped')
    else logger.error({ err: error }, 'the start failed')
    stopping.abort()
    await stack.stop()
    throw error
  })
  return {
    ready,
    async stop() {
      stopping.abort()
      await ready.catch(() => undefined)
      await stack.stop()
    },
    killAll: () => parts.killAll(),
  }
}

async function start<ItsSaid extends Said>(
  plan: Plan<ItsSaid>,
  options: RunnerOptions,
  base: Base<ItsSaid>,
  announcement: ReturnType<typeof announcements<ItsSaid>>,
): Promise<ItsSaid> {
  const { settings, env, dataDir, say } = options
  const { stack, logger, log, parts, stopping } = base
  stack.use('folder lock', await folderLock(dataDir))
  refuseHalfRestored(dataDir)
  const last = await plan.file.read(dataDir)
  await plan.file.remove(dataDir)
  const notes = [unreadNote(programOf[plan.name], env), await pythonNote(settings.ELVES_AGENT_PYTHON, env['PATH'] ?? '')].filter(
    (note) => note !== null,
  )
  for (const note of notes) logger.warn(note)
  await plan.check?.(last)
  const keys = await secrets(dataDir, givenSecrets(settings))
  const appsDir = resolve(settings.ELVES_AGENT_APPS_DIR === '' ? join(dataDir, 'apps') : settings.ELVES_AGENT_APPS_DIR)
  await installExample(appsDir)
  await stopOtherAgents({ dataDir, ours: plan.agentFolders, settings, logger })
  const database = ownOrGivenPostgres(options, base, stack.use('Postgres', parts.group()))
  const shape = await plan.start({ ...options, ...base, keys, appsDir, last, databaseUrl: database.url, postgresPid: database.pid })
  refuseStopped(stopping)
  const { serviceSecret } = keys
  const first = await firstPassword({ said: shape.said(), serviceSecret, logger, onUsed: () => void announcement.repeat() })
  stack.use('first password', first)
  const said = () => first.shown(shape.said())
  stack.use('ready file', await announcement.begin({ said }))
  const places = {
    dataDir,
    appsDir,
    logFile: log.path,
    hasDashboard: settings.ELVES_DASHBOARD,
    hasGraphiql: settings.ELVES_GRAPHIQL,
    notes: [...notes, ...database.notes()],
  }
  say(startMessage(said(), places, shape.lines))
  return said()
}

interface Database {
  readonly url: Promise<string>
  pid(): number | null
  notes(): readonly string[]
}

/** Does not wait for Postgres to start: the parts that do not need it start meanwhile. */
function ownOrGivenPostgres(
  { settings, dataDir, say }: RunnerOptions,
  { logger, stopping: signal }: Pick<Base<Said>, 'logger' | 'stopping'>,
  group: KeptGroup,
): Database {
  const given = settings.ELVES_DATABASE_URL
  if (given !== '') return { url: Promise.resolve(given), pid: () => null, notes: () => [] }
  let postgres: KeptRunning<EmbeddedPostgres> | null = null
  const starting = group.keep({
    name: 'Postgres',
    start: (last: EmbeddedPostgres | null) =>
      embeddedPostgres({ dir: join(dataDir, 'postgres'), logger, signal, ...(last === null ? { say } : { port: last.port }) }),
    probe: postgresProbe,
  })
  const url = starting.then((kept) => {
    postgres = kept
    return kept.current().url
  })
  // The parts that await it see the failure; without this, a plan that failed before would leave the rejection unhandled.
  url.catch(() => undefined)
  return { url, pid: () => postgres?.current().pid ?? null, notes: () => postgres?.current().notes ?? [] }
}

/** Writes the ready file when the plan has started, and again after each restart of a part, in order; removes it at the stop. */
function announcements<ItsSaid extends Said>({ file }: Plan<ItsSaid>, dataDir: string) {
  let shape: Shape<ItsSaid> | null = null
  let last: Promise<void> = Promise.resolve()
  const write = () => {
    last = last.catch(() => undefined).then(() => (shape === null ? undefined : file.write(dataDir, shape.said())))
    return last
  }
  return {
    repeat: write,
    async begin(started: Shape<ItsSaid>): Promise<Running> {
      shape = started
      await write()
      return {
        async stop() {
          shape = null
          await last.catch(() => undefined)
          await file.remove(dataDir)
        },
      }
    },
  }
}

function givenSecrets(settings: Settings): Partial<Secrets> {
  return {
    joinToken: settings.ELVES_JOIN_TOKEN,
    serviceSecret: settings.ELVES_SERVICE_SECRET,
    authId: settings.ELVES_AUTH_ID,
    authKey: settings.ELVES_AUTH_KEY,
    signingKey: settings.ELVES_SIGNING_KEY,
    secretsKey: settings.ELVES_SECRETS_KEY,
    token: settings.ELVES_TOKEN,
    adminPassword: settings.ELVES_ADMIN_PASSWORD,
  }
}
