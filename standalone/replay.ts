import { openEventStore } from '@elves/core/eventing/open-event-store.ts'
import { parsePosition } from '@elves/core/eventing/position.ts'
import { plainPool } from '@elves/core/eventing/postgres/plain-pool.ts'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { readModelTables } from '@elves/core/read-models/registry.ts'
import { dropReplay, type Replayed, replayAt, replays } from '@elves/projection-service/replay-at.ts'
import type pg from 'pg'
import { databaseOfTool, databaseOption } from './database-of-tool.ts'
import { type ToolGround, toolProcess } from './tool-process.ts'

const meaning = [
  'Builds the read models as they were at a moment, in a schema of their own beside the live ones, and leaves them there to look into by SQL.',
  'The live read models, and what the platform does, stay as they are.',
].join('\n')
const notes = [
  'Tables are those of the live read models: tasks, agents, queues, schedules, apps and so on; times in them are ms since the epoch.',
  'Exit code: 0 done, 2 it failed and left nothing, 130 interrupted.',
].join('\n')

interface Options {
  readonly at?: string
  readonly list?: true
  readonly drop?: string
  readonly databaseUrl?: string
}

const options = commandLine('npm run replay --', meaning, notes)
  .option('--at <moment>', 'an instant (2026-01-31T12:00:00Z: all that was recorded by then) or a position of the log')
  .option('--list', 'say which ones are there')
  .option('--drop <schema>', 'remove one of them; all: every one')
  .option(...databaseOption)
  .parse()
  .opts<Options>()

await toolProcess('replay', process.env, async (ground) => {
  if ([options.at, options.list, options.drop].filter((one) => one !== undefined).length !== 1) {
    throw new ElvesError('CONFIG_INVALID', 'give one of --at, --list and --drop; npm run replay -- --help tells more')
  }
  const at = options.at === undefined ? null : momentOf(options.at)
  const { stack, settings, logger } = ground
  const { url } = stack.use('database', await databaseOfTool({ databaseUrl: options.databaseUrl, settings, logger }))
  if (at !== null) return built(ground, url, at)
  const pool = plainPool(url, 1)
  stack.defer('connection', () => pool.end())
  return options.drop === undefined ? listed(pool) : dropped(pool, options.drop)
})

/** Throws CONFIG_INVALID. */
function momentOf(text: string): number | string {
  const isInstant = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text)
  const ms = isInstant ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(ms)) return ms
  try {
    parsePosition(text)
    return text
  } catch {
    throw new ElvesError('CONFIG_INVALID', `--at: expected an instant as 2026-01-31T12:00:00Z, or a position; got ${text}`)
  }
}

async function built({ settings, logger, stack, signal, onProgress }: ToolGround, url: string, at: number | string): Promise<number> {
  const store = await openEventStore({ settings: { ...settings, ELVES_DATABASE_URL: url }, logger })
  stack.defer('event store', () => store.close())
  const { schema, position } = await replayAt({ store, connectionString: url, at, signal, onProgress })
  const tables = readModelTables.map(({ name }) => name).join(', ')
  process.stdout.write(`The read models as of ${options.at} are in schema ${schema}, up to ${position}.\n`)
  process.stdout.write(`Tables: ${tables}.\nTo remove them: npm run replay -- --drop ${schema}\n`)
  return 0
}

async function listed(pool: pg.Pool): Promise<number> {
  const all = await replays(pool)
  for (const one of all) process.stdout.write(`${one.schema}  ${told(one)}\n`)
  if (all.length === 0) process.stdout.write('There are none.\n')
  return 0
}

function told({ builtAt, position }: Replayed): string {
  return builtAt === null ? 'not finished: it is being built, or its building was killed' : `up to ${position}, built at ${builtAt}`
}

async function dropped(pool: pg.Pool, wanted: string): Promise<number> {
  const schemas = wanted === 'all' ? (await replays(pool)).map(({ schema }) => schema) : [wanted]
  for (const schema of schemas) {
    await dropReplay(pool, schema)
    process.stdout.write(`${schema} is removed.\n`)
  }
  return 0
}
