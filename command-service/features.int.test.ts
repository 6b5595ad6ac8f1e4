import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { AnyCommand } from '@elves/core/command-api/command.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeFeatures } from './features.ts'
import { instances } from './tests/instances.ts'

const commandApi = join(import.meta.dirname, '../core/command-api')

/** Every command that a file under core/command-api defines. */
async function definedCommands(): Promise<readonly AnyCommand[]> {
  const files = readdirSync(commandApi).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const modules = await Promise.all(files.map((file) => import(join(commandApi, file)) as Promise<Record<string, unknown>>))
  return modules.flatMap((module) => Object.values(module)).filter(isCommand)
}

function isCommand(value: unknown): value is AnyCommand {
  return typeof value === 'object' && value !== null && 'path' in value && 'subject' in value && 'request' in value
}

/** The features that the folders of this package export. */
async function foldersFeatures(): Promise<readonly unknown[]> {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const indexes = folders.map(({ name }) => join(import.meta.dirname, name)).filter((folder) => readdirSync(folder).includes('index.ts'))
  const modules = await Promise.all(indexes.map((folder) => import(join(folder, 'index.ts')) as Promise<Record<string, unknown>>))
  return modules.flatMap((module) => Object.entries(module)).flatMap(([name, value]) => (name.endsWith('WriteFeature') ? [value] : []))
}

describe('the features of the write side', () => {
  let all: Awaited<ReturnType<typeof instances>>
  beforeEach(async () => {
    all = await instances()
  })
  afterEach(() => all.close())

  it('are all registered, once', async () => {
    const found = await foldersFeatures()
    expect(found.length).toBeGreaterThan(3)
    expect(new Set(writeFeatures)).toEqual(new Set(found))
    expect(writeFeatures).toHaveLength(found.length)
  })

  it('do each command that is defined, each in one place', async () => {
    const defined = await definedCommands()
    expect(defined.length).toBeGreaterThan(2)
    const { handlers } = await all.command('center')
    expect(handlers.map(({ command }) => command.name).sort()).toEqual(defined.map(({ name }) => name).sort())
  })
})
