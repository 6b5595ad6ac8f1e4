import { cutText } from '@elves/core/foundation/text.ts'
import { type WorkerVariable, workerVariablesOf } from '@elves/schemas/link/worker-variables.ts'

/** What an app says of itself: `elves.json` in its folder, or `appcfg.json` as in Elves 0.1.x, for what the first leaves open. */
export interface AppManifest {
  /** Empty if it says none. */
  readonly version: string
  /** Name of the encoding of the workers' output; null if it says none. */
  readonly encoding: string | null
  /** The app's processor; a text if it names one that can't be: why. Null if it names none. */
  readonly processor: ProcessorSetting | string | null
  /** How its worker is called; a text if the manifest says something that can't be: why. */
  readonly worker: WorkerSetting | string
}

/** `Processor` of a manifest. */
export interface ProcessorSetting {
  readonly host: string
  readonly port: number
  /** How long a call may take; 0: the file does not say. */
  readonly timeoutMs: number
}

/** `worker` of a manifest. */
export interface WorkerSetting {
  /** `file` or `interpreter|file`; null: the first of the host's default entries that is there. */
  readonly entry: string | null
  readonly mode: WorkerMode
  readonly param: ParamWay
  /** Variables that it gets beside the usual ones. */
  readonly env: ReadonlyMap<string, WorkerVariable>
}

/** `classic`: the answer stands between tags. `plain`: the result is standard output, and exit code 0 is the yes. */
export type WorkerMode = 'classic' | 'plain'

/** How the worker gets the parameter. `argument`: base64, as in Elves 0.1.x. `stdin`: on standard input and in a file, which no `ps` shows. */
export type ParamWay = 'argument' | 'stdin'

const modes: readonly WorkerMode[] = ['classic', 'plain']
const paramWays: readonly ParamWay[] = ['argument', 'stdin']
const versionLength = 64

const classicWorker: WorkerSetting = { entry: null, mode: 'classic', param: 'argument', env: new Map() }
export const emptyManifest: AppManifest = { version: '', encoding: null, processor: null, worker: classicWorker }

/**
 * Returns the manifest of the texts of both files, null for a file that is not there. The case of keys does not matter.
 * An `appcfg.json` that is not JSON counts as empty, as in Elves 0.1.x; an `elves.json` that is not is an error of its app.
 */
export function parseManifest(elvesJson: string | null, appcfgJson: string | null): AppManifest {
  const own = elvesJson === null ? null : parsed(elvesJson)
  const config = appcfgJson === null ? null : parsed(appcfgJson)
  const value = (name: string) => valueAt(own, name) ?? valueAt(config, name)
  const [version, encoding] = [value('version'), value('encoding')]
  return {
    version: typeof version === 'string' || typeof version === 'number' ? cutText(String(version), versionLength).toWellFormed() : '',
    encoding: typeof encoding === 'string' && encoding !== '' ? encoding : null,
    processor: parseProcessor(value('processor')),
    worker: elvesJson !== null && !isObject(own) ? 'its elves.json is not a JSON object' : parseWorker(own, config),
  }
}

/** An app of Elves 0.1.x may have a `worker` of its own in appcfg.json: what is no object there is not ours. */
function parseWorker(own: unknown, config: unknown): AppManifest['worker'] {
  const worker = valueAt(own, 'worker') ?? (isObject(valueAt(config, 'worker')) ? valueAt(config, 'worker') : {})
  if (!isObject(worker)) return 'worker in its manifest is not an object'
  const [entry = null, mode = 'classic'] = [valueAt(worker, 'entry'), valueAt(worker, 'mode')]
  const param = valueAt(worker, 'param') ?? (mode === 'plain' ? 'stdin' : 'argument')
  if (entry !== null && (typeof entry !== 'string' || entry === '')) return 'worker.entry in its manifest is not the name of a file'
  if (!isOneOf(mode, modes)) return `worker.mode in its manifest is none of ${modes.join(', ')}`
  if (!isOneOf(param, paramWays)) return `worker.param in its manifest is none of ${paramWays.join(', ')}`
  const env = workerVariablesOf({ worker })
  if (typeof env === 'string') return valueAt(own, 'worker') === undefined ? { entry, mode, param, env: new Map() } : env
  return { entry, mode, param, env }
}

/** Numbers may be texts. Without an address there is no processor: apps of Elves 0.1.x have an empty `Processor` there. */
function parseProcessor(config: unknown): AppManifest['processor'] {
  const [host, port, timeout] = [valueAt(config, 'addr'), valueAt(config, 'port'), valueAt(config, 'timeout') ?? 0].map((value) =>
    typeof value === 'string' ? value.trim() : value,
  )
  if (host === undefined || host === null || host === '') return null
  if (typeof host !== 'string') return 'Processor.Addr of appcfg.json is not a text'
  if (!isWholeUpTo(port, 1, 65_535)) return 'Processor.Port of appcfg.json is not a port'
  if (!isWholeUpTo(timeout, 0, 2_147_483_647)) return 'Processor.Timeout of appcfg.json is not a number of ms'
  return { host, port: Number(port), timeoutMs: Number(timeout) }
}

function isWholeUpTo(value: unknown, least: number, most: number): boolean {
  if (typeof value !== 'number' && (typeof value !== 'string' || value === '')) return false
  return Number.isInteger(Number(value)) && Number(value) >= least && Number(value) <= most
}

function isOneOf<Choice extends string>(value: unknown, choices: readonly Choice[]): value is Choice {
  return choices.some((choice) => choice === value)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function valueAt(config: unknown, name: string): unknown {
  if (typeof config !== 'object' || config === null) return undefined
  return Object.entries(config).find(([key]) => key.toLowerCase() === name)?.[1]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return null
  }
}
