import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { aggregates } from '@elves/core/domain/aggregates.ts'
import { allReadModels } from '@elves/core/read-models/registry.ts'
import { neededOfFields } from '@elves/query-service/access/needed.ts'
import { features } from '@elves/query-service/features.ts'
import { executableSchema } from '@elves/query-service/graphql/schema.ts'
import type { GraphQLObjectType } from 'graphql'
import { expect, test } from 'vitest'

/** What one registry lists, the others must have: a line that is missing in one of them is told here or by the compiler. */
const kinds = features.flatMap(({ changes = [] }) => changes)
const commands = features.flatMap((feature) => feature.commands ?? [])
const schema = executableSchema(features.map(({ resolvers }) => resolvers))

function namesOf(things: readonly { readonly name: string }[]): string[] {
  return things.map(({ name }) => name).sort()
}

function fieldsOf(type: GraphQLObjectType | null | undefined): string[] {
  return Object.keys(type?.getFields() ?? {}).sort()
}

test('every aggregate that a read model reads, or that clients follow, is registered', () => {
  for (const { name, reads } of allReadModels) for (const aggregate of reads) expect(aggregates, name).toContain(aggregate)
  for (const { name, of } of kinds) for (const aggregate of of) expect(aggregates, name).toContain(aggregate)
})

test('every aggregate has a read model of its own, beside the log of all events', () => {
  const ofSome = allReadModels.filter(({ reads }) => reads.length < aggregates.length)
  // Who may do what is folded in memory by each side: ADR 0118. Denials and refused requests are read in the log. What people repair, and what the watcher sees, is in tables of the write side; what was aged out, in its stream.
  const inMemory = [
    'role',
    'grant',
    'auth-key',
    'secret',
    'denial',
    'refused-request',
    'dead-letter',
    'rebuild',
    'incident',
    'limit',
    'guard',
    'ageing',
  ]
  for (const aggregate of aggregates.filter(({ name }) => !inMemory.includes(name))) expect(ofSome.flatMap(({ reads }) => reads)).toContain(aggregate)
})

test('every read model is one feature’s, and every feature’s read models are registered', () => {
  expect(namesOf(features.flatMap(({ readModels }) => readModels))).toEqual(namesOf(allReadModels))
})

test('names of read models, of their lists and of their tables are each there once', () => {
  for (const names of [
    allReadModels.map(({ name }) => name),
    allReadModels.flatMap(({ lists }) => lists),
    allReadModels.flatMap(({ tables }) => tables.map(({ name }) => name)),
  ]) {
    expect(names).toEqual([...new Set(names)])
  }
})

test('what clients follow is what features describe: <name>Changed for each kind, and every event', () => {
  const changes = kinds.map(({ name }) => `${name}Changed`)
  expect([...changes, 'eventAppended', 'processorResults', 'taskOutputAdded'].sort()).toEqual(fieldsOf(schema.getSubscriptionType()))
})

test('every mutation asks for a command of that name, which its feature lists; runTask is one of runTasks', () => {
  const asked = fieldsOf(schema.getMutationType()).filter((field) => field !== 'runTask')
  // A package is no JSON: it comes by PUT.
  // And four that services send by themselves.
  expect([...asked, 'uploadAppVersion', 'tellDenial', 'tellRefusedRequest', 'openAuthKey', 'enterUser'].sort()).toEqual(namesOf(commands))
})

test('every command that core defines is a feature’s', async () => {
  const folder = join(import.meta.dirname, '..', 'core', 'command-api')
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.includes('.test.'))
  const exported = await Promise.all(files.map((file) => import(join(folder, file)) as Promise<Record<string, unknown>>))
  const defined = exported.flatMap((module) => Object.values(module)).filter(isCommand)
  expect(namesOf(defined)).toEqual(namesOf(commands))
})

function isCommand(value: unknown): value is { readonly name: string } {
  return typeof value === 'object' && value !== null && 'path' in value && 'subject' in value && 'request' in value
}

test('every field of Query, Mutation and Subscription has a resolver', () => {
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) expect(field.resolve, `${type?.name}.${field.name}`).toBeDefined()
  }
})

test('of every field of Query and Subscription it is said who may use it', () => {
  const paths = [schema.getQueryType(), schema.getSubscriptionType()].flatMap((type) => fieldsOf(type).map((field) => `${type?.name}.${field}`))
  expect(Object.keys(neededOfFields).sort()).toEqual(paths.sort())
})
