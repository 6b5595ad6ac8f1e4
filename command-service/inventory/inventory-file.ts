import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { InventorySourceSettings } from '@elves/core/domain/inventory/inventory.ts'
import { labelLimits } from '@elves/schemas/link/protocol.ts'
import { z } from 'zod'

const field = z.string().min(1).max(256)

const common = {
  name: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$/u, 'is not 1 to 64 letters, digits, _ . and -'),
  /** Which field of an entry names the agent, by its id or its ip. */
  match: z.union([z.strictObject({ ip: field }), z.strictObject({ id: field })]),
  /** Names of labels, each with the field of an entry that has its value; absent: every other field is a label of its name. */
  labels: z
    .record(z.string().min(1).max(labelLimits.nameLength), field)
    .refine((labels) => Object.keys(labels).length <= labelLimits.labels, `has more than ${labelLimits.labels} labels`)
    .optional(),
  /** Where the entries are in a JSON document: names with dots between them; absent: the document is the list. */
  items: field.optional(),
  everyMs: z.number().int().min(1_000).max(86_400_000).default(300_000),
}

const sourceShape = z.union([
  z.strictObject({ ...common, url: z.url({ protocol: /^https?$/ }), headers: z.record(z.string(), z.string()).default({}) }),
  z.strictObject({ ...common, file: field }),
])

const fileShape = z.strictObject({ sources: z.array(sourceShape).max(100) }).refine(({ sources }) => {
  return new Set(sources.map(({ name }) => name)).size === sources.length
}, 'two sources have one name')

/** A source of labels, as the file of inventory sources has it. */
export type InventorySource = z.output<typeof sourceShape>

/**
 * Reads the file that names the sources of labels. It is a file because headers hold secrets, and because only who runs the center may
 * say which files of it are read. Throws with what is wrong, without the values.
 */
export async function readInventoryFile(path: string): Promise<readonly InventorySource[]> {
  const { success, data, error } = fileShape.safeParse(JSON.parse(await readFile(path, 'utf8')))
  if (success) return data.sources
  const [issue] = error.issues
  throw new Error(`${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'is not well-formed'}`)
}

/** What people may see of a source: no header, and nothing of the URL that may be a secret. */
export function shownSettings(source: InventorySource): InventorySourceSettings {
  const matchBy = 'ip' in source.match ? 'ip' : 'id'
  if ('file' in source) return { kind: 'FILE', location: resolve(source.file), matchBy, everyMs: source.everyMs }
  const { origin, pathname } = new URL(source.url)
  return { kind: 'HTTP', location: origin + pathname, matchBy, everyMs: source.everyMs }
}
