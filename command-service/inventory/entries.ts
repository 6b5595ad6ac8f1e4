import { createRequire } from 'node:module'
import { checkLabels } from '@elves/core/domain/labels.ts'
import type { InventorySource } from './inventory-file.ts'

/** What a source says, by what names an agent: its id or its ip. */
export interface InventoryEntries {
  readonly entries: number
  /** Of entries that can be no labels of an agent: no name of one, or labels that none can have. */
  readonly skipped: number
  readonly labels: ReadonlyMap<string, Readonly<Record<string, string>>>
}

const mostEntries = 200_000

/** Loaded at the first CSV file: most centers have none. */
const csv = (): typeof import('csv-parse/sync') => createRequire(import.meta.url)('csv-parse/sync')

/** Reads a JSON document or a CSV file with a head. Throws where it is neither, or has no list of entries. */
export function parseEntries(text: string, source: InventorySource): InventoryEntries {
  const isCsv = 'file' in source && source.file.toLowerCase().endsWith('.csv')
  const items: unknown = isCsv
    ? csv().parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true, cast: emptyAsNull })
    : itemsOf(text, source.items)
  if (!Array.isArray(items)) throw new Error(`it has no list of entries${source.items ? ` at ${source.items}` : ''}`)
  if (items.length > mostEntries) throw new Error(`it has ${items.length} entries, at most ${mostEntries} are taken`)
  const labels = new Map<string, Readonly<Record<string, string>>>()
  let skipped = 0
  for (const item of items) {
    const entry = entryOf(item, source)
    // Of two entries about one agent the later one counts.
    if (entry) labels.set(entry.agent, entry.labels)
    else skipped++
  }
  return { entries: items.length, skipped, labels }
}

/** An empty cell says nothing. */
function emptyAsNull(cell: string, { header }: { readonly header: boolean }): string | null {
  return cell === '' && !header ? null : cell
}

function itemsOf(text: string, path: string | undefined): unknown {
  const names = path === undefined ? [] : path.split('.')
  return names.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), JSON.parse(text) as unknown)
}

function entryOf(item: unknown, { match, labels: wanted }: InventorySource): { agent: string; labels: Record<string, string> } | null {
  if (!isRecord(item)) return null
  const key = 'ip' in match ? match.ip : match.id
  const agent = textOf(item[key])
  if (agent === null || agent === '') return null
  const fields = wanted ? Object.entries(wanted) : Object.keys(item).flatMap((name) => (name === key ? [] : [[name, name] as const]))
  // An entry without a value says nothing of that label.
  const given = fields.flatMap(([name, from]) => {
    const value = textOf(Object.hasOwn(item, from) ? item[from] : null)
    return value === null ? [] : [[name, value] as const]
  })
  const labels = Object.fromEntries(given)
  return checkLabels(labels) ? null : { agent, labels }
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
