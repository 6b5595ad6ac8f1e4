import type { LeafValue } from './leaf.ts'
import type { KeptHead } from './tree-tables.ts'

export const exportFormat = 1

/** What an export is of. */
export interface ExportHeader {
  readonly format: number
  readonly logId: string
  /** Index in the tree of the first event that follows. */
  readonly first: number
  /** Index behind the last event that follows. */
  readonly next: number
  /** The complete subtrees over what is before the first event, largest first, lower-case hex. */
  readonly left: readonly string[]
}

/** The head that covers an export. */
export interface ClosingHead extends KeptHead {
  /** The complete subtrees over what it covers behind the last event of the export, in order. */
  readonly right: readonly string[]
}

/** An event as the log has it now, beside what the tree has of it. */
export interface ExportedEvent {
  readonly index: number
  /** What the tree has: the hash of the leaf, lower-case hex. Null: the tree has no event here. */
  readonly leaf: string | null
  /** What the tree has: the first 8 digits of the event's id. It only helps to say what is wrong. */
  readonly treeId: string | null
  /** The text of the leaf: all of the event. */
  readonly event: string
}

/** Proves that an event is in the log that the closing head covers. */
export interface AgeingProof {
  readonly index: number
  /** The text of its leaf. */
  readonly event: string
  /** Inclusion path, lowest node first, lower-case hex. */
  readonly path: readonly string[]
}

/** A line of an export. */
export type ExportRecord =
  | { readonly export: ExportHeader }
  | ExportedEvent
  /** A large text of the event before it. */
  | { readonly value: LeafValue }
  /** An event by which large texts went that the export says are aged out, with its place in the tree of the closing head. */
  | { readonly ageing: AgeingProof }
  /** A head that covers all events before it. */
  | { readonly head: KeptHead }
  | { readonly closingHead: ClosingHead }
  /** `position`: of the last event, to go on from; null: there is none. */
  | { readonly end: { readonly events: number; readonly position: string | null } }

export function isEventRecord(record: ExportRecord): record is ExportedEvent {
  return 'index' in record
}

/** Returns the line of a record, without its end. The text of an event stands in it as it is hashed. */
export function ndjsonLine(record: ExportRecord): string {
  if (!isEventRecord(record)) return JSON.stringify(record)
  return `{"index":${record.index},"leaf":${quoted(record.leaf)},"treeId":${quoted(record.treeId)},"event":${record.event}}`
}

function quoted(hex: string | null): string {
  return hex === null ? 'null' : `"${hex}"`
}

const eventLine = /^\{"index":(\d{1,16}),"leaf":(?:null|"([0-9a-f]{64})"),"treeId":(?:null|"([0-9a-f]{8})"),"event":(\{.*\})\}$/s
const kinds = ['export', 'value', 'ageing', 'head', 'closingHead', 'end']

/** Reads a line of NDJSON; null: it is none of an export. */
export function readNdjsonLine(line: string): ExportRecord | null {
  const match = eventLine.exec(line)
  if (match) return { index: Number(match[1]), leaf: match[2] ?? null, treeId: match[3] ?? null, event: match[4] as string }
  return recordOf(line)
}

export function recordOf(text: string): ExportRecord | null {
  try {
    const read = JSON.parse(text) as ExportRecord
    const [kind, ...others] = Object.keys(read)
    return others.length === 0 && kinds.includes(kind ?? '') ? read : null
  } catch {
    return null
  }
}
