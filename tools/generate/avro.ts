import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withFingerprints } from '@elves/schemas/codec/message-codec.ts'

/** Folder of the records that the store keeps around each event; each other folder of events/ is an aggregate. */
const recordFolder = 'events/record'
const otherFolders = ['instructions', 'reports', 'link'] as const

type Json = string | Json[] | { [key: string]: Json }

interface Named {
  readonly type: 'record' | 'enum'
  readonly name: string
  readonly doc?: string
  readonly fields?: readonly { name: string; type: Json; doc?: string }[]
  readonly symbols?: readonly string[]
}

const banner = '// Generated from schemas/**/*.avsc by `npm run generate`; do not edit.\n'

export interface AvroSources {
  /** The files by path below the schemas' folder: TypeScript types, and a catalog of self-contained schemas. */
  readonly files: Readonly<Record<string, string>>
  /** Self-contained schema of every message, by name. */
  readonly schemas: Readonly<Record<string, object>>
}

/** Makes the files that `npm run generate` writes for the Avro schemas. */
export function avroSources(schemasDir: string): AvroSources {
  const shared = readFolder(schemasDir, 'shared')
  const aggregates = aggregateNames(schemasDir)
  // In the order of the generated catalog. The shared schemas are not messages: others contain them.
  const messageFolders = [recordFolder, ...aggregates.map((name) => `events/${name}`), ...otherFolders]
  const folders = messageFolders.map((folder) => ({ folder, schemas: readFolder(schemasDir, folder) }))
  const messages = folders.flatMap(({ schemas }) => schemas)
  const byName = new Map(shared.map((schema) => [`elves.${schema.name}`, schema as unknown as Json]))
  const whole = (schema: Named) => inline(schema as unknown as Json, byName, new Set()) as object
  const schemas = Object.fromEntries(messages.map((schema) => [schema.name, whole(schema)]))
  return {
    files: {
      'generated/types.ts': banner + [...shared, ...messages].map(typeSource).join('\n'),
      'generated/catalog.ts': banner + catalogSource(folders, whole) + fingerprintsSource(schemas),
    },
    schemas,
  }
}

/** Returns the aggregates; each has a folder of events/. */
function aggregateNames(schemasDir: string): string[] {
  return readdirSync(join(schemasDir, 'events'))
    .filter((name) => `events/${name}` !== recordFolder)
    .sort()
}

function readFolder(schemasDir: string, folder: string): Named[] {
  return readdirSync(join(schemasDir, folder))
    .filter((file) => file.endsWith('.avsc'))
    .sort()
    .map((file) => {
      const schema = JSON.parse(readFileSync(join(schemasDir, folder, file), 'utf8')) as Named
      if (`${schema.name}.avsc` !== file) throw new Error(`${folder}/${file} defines ${schema.name}`)
      return schema
    })
}

function typeSource(schema: Named): string {
  const doc = schema.doc ? `/** ${schema.doc} */\n` : ''
  if (schema.type === 'enum') {
    return `${doc}export type ${schema.name} = ${schema.symbols?.map((symbol) => `'${symbol}'`).join(' | ')}\n`
  }
  const fields = schema.fields?.map((field) => `${field.doc ? `  /** ${field.doc} */\n` : ''}  readonly ${field.name}: ${typeName(field.type)}\n`)
  return `${doc}export interface ${schema.name} {\n${fields?.join('')}}\n`
}

function typeName(type: Json): string {
  if (Array.isArray(type)) return type.map(typeName).join(' | ')
  if (typeof type === 'object') {
    if (type['type'] === 'array') return `readonly ${typeName(type['items'] as Json)}[]`
    if (type['type'] === 'map') return `{ readonly [key: string]: ${typeName(type['values'] as Json)} }`
    throw new Error(`unsupported type ${JSON.stringify(type)}`)
  }
  const primitives: Record<string, string> = {
    null: 'null',
    string: 'string',
    int: 'number',
    long: 'number',
    double: 'number',
    boolean: 'boolean',
    bytes: 'Uint8Array',
  }
  return primitives[type] ?? type.replace(/^elves\./, '')
}

/** Makes the catalog, with shared definitions inlined at their first use, as Avro wants them. */
function catalogSource(folders: { folder: string; schemas: Named[] }[], whole: (schema: Named) => object): string {
  const lines = folders.flatMap(({ folder, schemas }) => [
    `  // ${folder}`,
    ...schemas.map((schema) => `  ${schema.name}: ${JSON.stringify(whole(schema))},`),
  ])
  const unions = folders
    .filter(({ folder }) => !folder.startsWith('events/'))
    .map(({ folder, schemas }) => {
      const union = `${capital(folder).replace(/s$/, '')}Name`
      return `export type ${union} = ${schemas.map((schema) => `'${schema.name}'`).join(' | ')}\n`
    })
  const eventLines = folders
    .filter(({ folder }) => folder.startsWith('events/') && folder !== recordFolder)
    .map(({ folder, schemas }) => `  '${folder.slice('events/'.length)}': [${schemas.map(({ name }) => `'${name}'`).join(', ')}],`)
  const names = folders.flatMap(({ schemas }) => schemas.map((schema) => schema.name))
  return [
    `import type * as types from './types.ts'\n`,
    `/** Every message that crosses a process boundary, by name. */`,
    `export interface MessageTypes {\n${names.map((name) => `  ${name}: types.${name}`).join('\n')}\n}\n`,
    ...unions,
    `/** The events of each aggregate, by the folder of their schemas below events/. */`,
    `export const eventNames = {\n${eventLines.join('\n')}\n} as const satisfies { readonly [aggregate: string]: readonly (keyof MessageTypes)[] }\n`,
    `/** The Avro schema of every message. */`,
    `export const messageSchemas: { readonly [Name in keyof MessageTypes]: object } = {\n${lines.join('\n')}\n}\n`,
  ].join('\n')
}

function fingerprintsSource(schemas: Readonly<Record<string, object>>): string {
  const lines = Object.entries(withFingerprints(schemas).fingerprints).map(([name, fingerprint]) => `  ${name}: '${fingerprint}',`)
  return [
    `\n/** The CRC-64-AVRO of every message's schema, 16 hex digits: making them takes longer than all else that reads the catalog. */`,
    `export const messageFingerprints: { readonly [Name in keyof MessageTypes]: string } = {\n${lines.join('\n')}\n}\n`,
  ].join('\n')
}

function inline(type: Json, byName: Map<string, Json>, seen: Set<string>): Json {
  if (typeof type === 'string') {
    const definition = byName.get(type)
    if (!definition || seen.has(type)) return type
    seen.add(type)
    return inline(definition, byName, seen)
  }
  if (Array.isArray(type)) return type.map((branch) => inline(branch, byName, seen))
  const copy: { [key: string]: Json } = {}
  for (const [key, value] of Object.entries(type)) {
    if (key === 'fields') {
      copy[key] = (value as { [key: string]: Json }[]).map((field) => ({ ...field, type: inline(field['type'] as Json, byName, seen) }))
    } else {
      copy[key] = key === 'items' || key === 'values' ? inline(value, byName, seen) : value
    }
  }
  return copy
}

function capital(word: string): string {
  return word[0]?.toUpperCase() + word.slice(1)
}
