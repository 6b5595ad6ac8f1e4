import { createHash } from 'node:crypto'
import avro from 'avsc'
import { type ReleasedSchema, schemaFingerprint } from '../codec/message-codec.ts'
import { misreads } from './compatibility.ts'
import { plainSchema } from './plain-schema.ts'

export interface LockedSchema extends ReleasedSchema {
  /** Hash of the schema's text here, which includes defaults and aliases: the fingerprint leaves them out. */
  readonly sha256: string
}

export interface Release {
  readonly release: string
  /** Checksums of the golden files in tests/histories/<release>, by file name. */
  readonly golden: Readonly<Record<string, string>>
  /** The schemas that this release added: new messages, and new versions of earlier ones. */
  readonly schemas: readonly LockedSchema[]
}

/** schemas/released/released.json: every schema that a release has published, oldest release first. */
export interface ReleaseLock {
  readonly releases: readonly Release[]
}

export type Schemas = Readonly<Record<string, object>>

export function lockedSchema(name: string, schema: object): LockedSchema {
  const plain = plainSchema(schema) as object
  return { name, fingerprint: fingerprintHex(plain), sha256: sha256(JSON.stringify(plain)), schema: plain }
}

/** Returns the released versions that differ from today's, oldest first. Today's code must read them as well. */
export function earlierVersions(lock: ReleaseLock, today: Schemas): ReleasedSchema[] {
  const current = new Set(Object.values(today).map(fingerprintHex))
  return lock.releases
    .flatMap(({ schemas }) => schemas)
    .filter(({ fingerprint }) => !current.has(fingerprint))
    .map(({ name, fingerprint, schema }) => ({ name, fingerprint, schema }))
}

/** Returns today's schemas that no release has published. */
export function unreleased(lock: ReleaseLock, today: Schemas): LockedSchema[] {
  const published = new Set(lock.releases.flatMap(({ schemas }) => schemas.map(({ fingerprint }) => fingerprint)))
  return Object.entries(today)
    .map(([name, schema]) => lockedSchema(name, schema))
    .filter(({ fingerprint }) => !published.has(fingerprint))
}

/** Returns the problems of today's schemas compared with the released ones, one line each; empty if there are none. */
export function lockProblems(lock: ReleaseLock, today: Schemas): string[] {
  const problems = lock.releases.flatMap(({ release, schemas }) => schemas.flatMap((locked) => problemsOf(release, locked, today)))
  const missing = unreleased(lock, today).map(({ name }) => name)
  if (missing.length > 0) problems.push(`no release has ${missing.join(', ')} as today: run \`npm run release-schemas\``)
  return problems
}

function problemsOf(release: string, { name, fingerprint, sha256: sum, schema }: LockedSchema, today: Schemas): string[] {
  const of = `${name} of ${release}`
  if (fingerprintHex(schema) !== fingerprint || sha256(JSON.stringify(schema)) !== sum) {
    return [`${of} was changed in the lock: a released schema never changes`]
  }
  const current = today[name]
  if (!current) return [`${of} is gone: what was written with it must stay readable, so its .avsc must stay`]
  const now = lockedSchema(name, current)
  if (now.sha256 === sum) return []
  if (now.fingerprint === fingerprint) {
    return [`${name} has other defaults or aliases than ${of}, and the same fingerprint: readers could not tell which were meant`]
  }
  return [
    ...misreads(current, schema).map((why) => `today's ${name} can not read ${of}: ${why}`),
    ...misreads(schema, current).map((why) => `${of} can not read today's ${name}: ${why}`),
  ]
}

function fingerprintHex(schema: object): string {
  return schemaFingerprint(avro.Type.forSchema(schema as avro.Schema)).toString('hex')
}

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}
