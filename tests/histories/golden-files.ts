import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode, type MessageName } from '@elves/schemas/codec/codec.ts'
import type { LockedSchema } from '@elves/schemas/released/release-lock.ts'
import { branchSamples } from './branch-samples.ts'

/** A message as a release encoded it, and what it says. */
export interface GoldenSample {
  readonly bytes: string
  readonly value: unknown
}

/** tests/histories/<release>/messages.json: encoded messages of every schema that the release brought. */
export interface GoldenMessages {
  readonly [name: string]: { readonly fingerprint: string; readonly samples: readonly GoldenSample[] }
}

/** One line of tests/histories/<release>/history.jsonl: an event that a store of that release held. */
export interface GoldenEvent {
  /** For people: the record says it too. */
  readonly type: string
  readonly stream: string
  /** EventRecord, single-object encoded, base64. */
  readonly record: string
}

/**
 * tests/histories/<release>/expected.json: what the history came to. Unlike the other two it may be written anew, where the
 * shape of a state or a table changes on purpose; the difference is there for review.
 */
export interface GoldenOutcome {
  /** State of each stream after its last event. */
  readonly streams: Readonly<Record<string, unknown>>
  /** Rows of the read models by table, in order of their keys. */
  readonly rows: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>
}

/** The names of what a release leaves behind for all later ones. */
export const goldenFiles = { messages: 'messages.json', history: 'history.jsonl', outcome: 'expected.json' } as const

export function goldenPath(release: string, file: string): string {
  return join(import.meta.dirname, release, file)
}

/** Of schemas that are today's. */
export function goldenMessages(schemas: readonly LockedSchema[]): GoldenMessages {
  return Object.fromEntries(schemas.map((schema) => [schema.name, { fingerprint: schema.fingerprint, samples: samplesOf(schema) }]))
}

function samplesOf({ name, schema }: LockedSchema): GoldenSample[] {
  return branchSamples(schema).map((value) => ({
    bytes: encode(name as MessageName, value as never).toString('base64'),
    value: plainValue(value),
  }))
}

/** A decoded value as JSON has it: without avsc's classes, bytes as hex text. */
export function plainValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return `hex:${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return value.map(plainValue)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plainValue(part)]))
}

export function readMessages(release: string): GoldenMessages {
  return JSON.parse(readFileSync(goldenPath(release, goldenFiles.messages), 'utf8')) as GoldenMessages
}

/** Empty where the release left no history. */
export function readHistory(release: string): GoldenEvent[] {
  const path = goldenPath(release, goldenFiles.history)
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as GoldenEvent)
}

export function readOutcome(release: string): GoldenOutcome {
  return JSON.parse(readFileSync(goldenPath(release, goldenFiles.outcome), 'utf8')) as GoldenOutcome
}
