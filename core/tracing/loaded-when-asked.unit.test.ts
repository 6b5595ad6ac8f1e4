import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Stack } from '../foundation/lifecycle.ts'
import { silentLogger } from '../foundation/log.ts'
import { readSettings } from '../foundation/read-settings.ts'
import { openTracing } from './tracing.ts'

const root = join(import.meta.dirname, '..', '..')

function sourcesWith(pattern: RegExp): string[] {
  const folders = ['core', 'command-service', 'projection-service', 'query-service', 'agent', 'schemas', 'standalone']
  const files = folders.flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
  const sources = files.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.includes('node_modules'))
  return sources.filter((name) => pattern.test(readFileSync(join(root, name), 'utf8')))
}

test('OpenTelemetry is loaded by one file, which is loaded only where a collector is named', () => {
  expect(sourcesWith(/from '@opentelemetry\//)).toEqual(['core/tracing/otlp-tracing.ts'])
  expect(sourcesWith(/from '.*otlp-tracing\.ts'/)).toEqual([])
  expect(sourcesWith(/import\('.*otlp-tracing\.ts'\)/)).toEqual(['core/tracing/tracing.ts'])
})

test('without a collector there is no tracing; the standard variable names one, too, and ours counts before it', async () => {
  const options = { service: 'test', instance: 'test', logger: silentLogger }
  expect(await openTracing({ ...options, settings: readSettings({}) }, new Stack(silentLogger))).toBeNull()
  const standard = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }
  expect(readSettings(standard).ELVES_OTLP_ENDPOINT).toBe('http://127.0.0.1:1')
  expect(readSettings({ ...standard, ELVES_OTLP_ENDPOINT: 'http://127.0.0.1:2' }).ELVES_OTLP_ENDPOINT).toBe('http://127.0.0.1:2')
})
