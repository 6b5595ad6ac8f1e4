import { join } from 'node:path'
import { isFolder } from '@elves/core/foundation/folders.ts'
import { appNamePattern } from '@elves/schemas/link/protocol.ts'
import { hasSecretSyntax, secretNamesIn, withSecrets } from '@elves/schemas/link/secret-references.ts'
import type { AppConfigs } from './app-config.ts'
import type { WorkerMode, WorkerSetting } from './app-manifest.ts'
import type { Interpreters } from './interpreters.ts'
import { appNotInstalled, notStarted, proxyRefused, type StartRefusal, secretRefused, spawnFailed } from './run-end.ts'
import { isTextEncoding } from './text-encoding.ts'
import type { WorkerCall } from './worker-call.ts'
import { type Entry, entryInside, firstEntry, parseEntry, programOf } from './worker-entry.ts'

/** Where programs look for the span that they belong under, by the conventions of OpenTelemetry. */
const traceVariable = 'TRACEPARENT'

/** What to spawn for a call. */
export interface WorkerCommand {
  readonly argv: readonly [string, ...string[]]
  /** The app's folder. (0.1.x used the folder in which the agent was started, so no app can rely on it.) */
  readonly cwd: string
  /** What the worker reads on standard input and in a file: the parameter, where it is no argument; null: nothing. */
  readonly paramInput: string | null
  /** Variables of the app's manifest, and `TRACEPARENT`. */
  readonly variables: Readonly<Record<string, string>>
  readonly mode: WorkerMode
  /** The version in the app's manifest now. */
  readonly version: string
  /** The encoding of the worker's output. */
  readonly encoding: string
}

export interface CommandSources {
  /** Folder of the apps that somebody put there. */
  readonly appsDir: string
  /** Apps that the center sent; null: there are none. */
  readonly stored: StoredApps | null
  /** The entries of apps that name none, in the order in which they are looked for. */
  readonly defaultEntries: readonly Entry[]
  readonly interpreters: Interpreters
  /** What a proxy or a manifest may name before its `|`. */
  readonly interpreterNames: readonly string[]
  readonly configs: AppConfigs
  /** For apps whose manifest names no encoding. */
  readonly defaultEncoding: string
}

/** Apps that the center sent to this host. */
export interface StoredApps {
  /** Returns the version of an app that counts now, with its folder, which stays the same while it is held; null: there is none. */
  current(app: string): { readonly version: string; readonly folder: string } | null
  apps(): readonly string[]
  /** Keeps a folder while a run uses it; the returned function ends that. */
  hold(folder: string): () => void
}

/** Returns where an app is now: its local folder where there is one, else that of the version that the center sent. */
export function folderOf(app: string, { appsDir, stored }: Pick<CommandSources, 'appsDir' | 'stored'>): string {
  const local = join(appsDir, app)
  return isFolder(local) ? local : (stored?.current(app)?.folder ?? local)
}

/** Returns what to spawn, or why the call surely can't start. */
export function workerCommand(call: WorkerCall, sources: CommandSources): WorkerCommand | StartRefusal {
  const cwd = appNamePattern.test(call.app) ? folderOf(call.app, sources) : ''
  if (cwd === '' || !isFolder(cwd)) return appNotInstalled(call.app)
  const stored = sources.stored?.current(call.app) ?? null
  const { version: ownVersion, encoding: ownEncoding, worker } = sources.configs.of(call.app)
  if (typeof worker === 'string') return spawnFailed(`the app can not be called: ${worker}`)
  const encoding = ownEncoding ?? sources.defaultEncoding
  if (!isTextEncoding(encoding)) return spawnFailed(`the app's manifest names the encoding ${encoding}, which is not known`)
  const program = call.proxy === null || call.proxy === '' ? ownProgram(worker, cwd, sources) : proxyProgram(call.proxy, cwd, sources)
  if ('code' in program) return program
  const used = usedSecrets(call, worker)
  if ('code' in used) return used
  const { paramText } = used
  // What the app's manifest says counts.
  const variables = { ...(call.traceparent !== undefined && { [traceVariable]: call.traceparent }), ...used.variables }
  const version = stored?.folder === cwd ? stored.version : ownVersion
  const isArgument = worker.param === 'argument'
  const argv = [...program, call.app, call.func, ...(isArgument ? [Buffer.from(paramText, 'utf8').toString('base64')] : [])] as const
  return { argv, cwd, variables, paramInput: isArgument ? null : paramText, mode: worker.mode, version, encoding }
}

/** Returns the parameter and the variables with the values of the secrets that they refer to. */
function usedSecrets(
  { paramText, secrets }: WorkerCall,
  { param, env }: WorkerSetting,
): { readonly paramText: string; readonly variables: Readonly<Record<string, string>> } | StartRefusal {
  const text = paramText ?? ''
  const names = secretNamesIn(text)
  if ('wrong' in names) return secretRefused('SECRET_NOT_SENT', names.wrong)
  const wanted = [...names, ...[...env.values()].flatMap((variable) => ('secret' in variable ? variable.secret : []))]
  const missing = wanted.find((name) => !secrets.has(name))
  if (missing !== undefined) return secretRefused('SECRET_NOT_SENT', `the center sent no secret ${missing} with this task`)
  if (names.length > 0 && param === 'argument') {
    return secretRefused(
      'SECRET_ON_COMMAND_LINE',
      'the parameter has a secret, and the app takes it as an argument; its manifest may say "param": "stdin"',
    )
  }
  const variables = Object.fromEntries([...env].map(([name, one]) => [name, 'text' in one ? one.text : (secrets.get(one.secret) as string)]))
  return { paramText: hasSecretSyntax(text) ? withSecrets(text, secrets) : text, variables }
}

type Program = readonly [string, ...string[]]

function ownProgram({ entry: named }: WorkerSetting, cwd: string, sources: CommandSources): Program | StartRefusal {
  if (named === null) return program(firstEntry(sources.defaultEntries, cwd), { cwd, sources, refused: spawnFailed, runsItself: false })
  const refused = (reason: string) => spawnFailed(`the app's manifest names the entry ${named}: ${reason}`)
  return program(insideEntry(named, cwd, sources), { cwd, sources, refused, runsItself: true })
}

function proxyProgram(proxy: string, cwd: string, sources: CommandSources): Program | StartRefusal {
  return program(insideEntry(proxy, cwd, sources), { cwd, sources, refused: proxyRefused, runsItself: true })
}

function insideEntry(text: string, cwd: string, { interpreterNames }: CommandSources): Entry | string {
  const entry = parseEntry(text, interpreterNames)
  return typeof entry === 'string' ? entry : entryInside(entry, cwd)
}

interface ProgramTerms {
  readonly cwd: string
  readonly sources: CommandSources
  readonly refused: (reason: string) => StartRefusal
  readonly runsItself: boolean
}

function program(entry: Entry | string, { cwd, sources, refused, runsItself }: ProgramTerms): Program | StartRefusal {
  if (typeof entry === 'string') return refused(entry)
  try {
    const found = programOf(entry, cwd, sources.interpreters, runsItself)
    return typeof found === 'string' ? refused(found) : found
  } catch (error) {
    return notStarted(error)
  }
}
