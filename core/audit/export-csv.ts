import { type ExportedEvent, type ExportRecord, isEventRecord, recordOf } from './export-records.ts'

/** The parts of an event that people read and sort by; `content` has all of it, as it is hashed. */
const readable = ['position', 'recordedAt', 'type', 'stream', 'version', 'actorKind', 'actorId', 'actorName', 'correlationId', 'causationId'] as const
const columns = ['kind', 'index', 'leaf', 'treeId', ...readable, 'content']
export const csvHead = columns.join(',')

/** Returns the row of a record, without its end. No field has a line break: JSON escapes them. */
export function csvRow(record: ExportRecord): string {
  if (isEventRecord(record)) {
    const { index, leaf, treeId, event } = record
    return ['event', String(index), leaf ?? '', treeId ?? '', ...readableOf(event), event].map(field).join(',')
  }
  return ['other', ...columns.slice(1, -1).map(() => ''), JSON.stringify(record)].map(field).join(',')
}

interface ReadableEvent {
  readonly position: number
  readonly recordedAt: number
  readonly type: string
  readonly stream: string
  readonly version: number
  readonly context: {
    readonly actor: { readonly kind: string; readonly id: string; readonly name: string | null }
    readonly correlationId: string
    readonly causationId: string | null
  }
}

function readableOf(event: string): string[] {
  const { position, recordedAt, type, stream, version, context } = JSON.parse(event) as ReadableEvent
  const { actor, correlationId, causationId } = context
  const cause = [actor.kind, actor.id, actor.name ?? '', correlationId, causationId ?? '']
  return [String(position), new Date(recordedAt).toISOString(), type, stream, String(version), ...cause]
}

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const fields = /(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/gy

/** Reads a row; null: it is none of an export, or what people read in it is not what its content says. */
export function readCsvRow(row: string): ExportRecord | null {
  const read = [...row.matchAll(fields)].map((match) => match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
  if (read.length !== columns.length) return null
  const [kind, index = '', leaf = '', treeId = '', ...rest] = read
  const content = rest.at(-1) as string
  const record: ExportRecord | null = kind === 'event' ? eventOf(index, leaf, treeId, content) : recordOf(content)
  return record && rowOf(record) === row ? record : null
}

function eventOf(index: string, leaf: string, treeId: string, event: string): ExportedEvent | null {
  if (!/^\d{1,16}$/.test(index)) return null
  return { index: Number(index), leaf: leaf === '' ? null : leaf, treeId: treeId === '' ? null : treeId, event }
}

function rowOf(record: ExportRecord): string | null {
  try {
    return csvRow(record)
  } catch {
    return null
  }
}
