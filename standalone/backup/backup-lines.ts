import { createHash, type Hash } from 'node:crypto'
import type { RawEvent } from '@elves/core/eventing/postgres/event-copy.ts'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { isAgentId } from '@elves/core/foundation/ids.ts'
import { areSecrets, type Secrets } from '../secrets.ts'
import { agentFolderName } from './agent-ids.ts'
import { areKeptPersonalKeys, type KeptPersonalKey } from './personal-keys.ts'

/**
 * A backup is gzipped lines of JSON: the header, one line per event in the order of the log, and the end with a checksum over
 * all lines before it. So `zcat FILE | head -1` shows what it is, and a backup that was cut off has no end line.
 */
export const backupFormat = 1

export interface BackupHeader {
  readonly elvesBackup: typeof backupFormat
  /** The release that made the backup. */
  readonly release: string
  /** ISO 8601. */
  readonly madeAt: string
  /** Id of the saved log; a restored log gets another id. */
  readonly logId: string
  /** How many events follow. */
  readonly events: number
  /** Null if the secrets are not in the data folder. */
  readonly secrets: Secrets | null
  /** The agent's id for each agent folder. With its id, a restored agent is the same agent to the log. */
  readonly agents: Readonly<Record<string, string>>
  /** The agent's private key for each agent folder; none in backups of releases without keys. */
  readonly agentKeys?: Readonly<Record<string, string>>
  /** Without them nobody could read any more who did what. None in backups of releases that sealed no names. */
  readonly personalKeys?: readonly KeptPersonalKey[]
}

export interface BackupEnd {
  readonly end: { readonly events: number; readonly sha256: string }
}

/** Checksum over the lines before the end, each with its line break. */
export class LineChecksum {
  readonly #hash: Hash = createHash('sha256')

  add(line: string): string {
    this.#hash.update(line)
    return line
  }

  digest(): string {
    return this.#hash.copy().digest('hex')
  }
}

export function headerLine(header: BackupHeader): string {
  return `${JSON.stringify(header)}\n`
}

export function eventLine({ position, stream, version, id, type, recordedMs, context, data }: RawEvent): string {
  return `${JSON.stringify([position, stream, version, id, type, recordedMs, context.toString('base64'), data.toString('base64')])}\n`
}

export function endLine(end: BackupEnd['end']): string {
  return `${JSON.stringify({ end })}\n`
}

/** Throws BACKUP_INVALID. */
export function headerOf(line: string): BackupHeader {
  const header = json(line) as Partial<BackupHeader> | null
  const format = header?.elvesBackup
  if (typeof format !== 'number') throw invalid('it does not begin as a backup of Elves does')
  if (format > backupFormat)
    throw invalid(`it has format ${format}, and this release knows formats up to ${backupFormat}: restore it with a newer release`)
  const { events, logId, secrets = null, agents = {}, personalKeys = [] } = header as Partial<BackupHeader>
  if (typeof events !== 'number' || typeof logId !== 'string') throw invalid('its header is not whole')
  if (secrets !== null && !areSecrets(secrets)) throw invalid('the keys in its header are not whole')
  if (!areKeptPersonalKeys(personalKeys)) throw invalid('the keys of users in its header are not whole')
  const isFit = Object.entries(agents).every(([folder, id]) => agentFolderName.test(folder) && isAgentId(id))
  if (!isFit) throw invalid('its header names agents that can not be')
  return { ...(header as BackupHeader), secrets, agents, personalKeys }
}

/** Returns the event or the end that the line holds. Throws BACKUP_INVALID. */
export function contentOf(line: string): RawEvent | BackupEnd {
  const content = json(line)
  if (Array.isArray(content) && content.length === 8) {
    const [position, stream, version, id, type, recordedMs, context, data] = content
    return { position, stream, version, id, type, recordedMs, context: Buffer.from(context, 'base64'), data: Buffer.from(data, 'base64') }
  }
  if (content !== null && typeof content === 'object' && 'end' in content) return content as BackupEnd
  throw invalid('a line of it is neither an event nor its end')
}

function json(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw invalid('a line of it is no JSON')
  }
}

export function invalid(reason: string, cause?: unknown): ElvesError {
  return new ElvesError('BACKUP_INVALID', `The file can not be restored: ${reason}. Nothing was changed.`, { cause })
}
