import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as protocol from './protocol.ts'

const root = join(import.meta.dirname, '..', '..')

/** Patterns for a constant that agent or center defines again. */
const spelledAgain = [
  ...Object.keys(protocol).map((name) => new RegExp(`(const|function) ${name}\\b`)),
  /protocolVersion: \d/,
  /agentClockMs: -1/,
  /frameBytes: \d/,
  /headers\[?\.?['"]?session\b|headers: \{ session/,
  ...Object.values(protocol.closeCodes)
    .filter((code) => code >= 4000)
    .map((code) => new RegExp(`\\b${code}\\b(?!\\s*/)`)),
]

const patterns = [protocol.appNamePattern.source, protocol.linkIdPattern.source]

function found(text: string): string[] {
  return [...spelledAgain.filter((again) => again.test(text)).map(String), ...patterns.filter((source) => text.includes(source))]
}

test('neither end of the link spells a constant of the protocol again', () => {
  const files = globSync('{agent,command-service,core}/**/*.ts', { cwd: root, exclude: (name) => name.includes('node_modules') })
  const sources = files.filter((file) => !/\.test\.ts$|\/tests?\//.test(file))
  expect(sources.length).toBeGreaterThan(200)
  const offenders = sources.map((file) => ({ file, constants: found(readFileSync(join(root, file), 'utf8')) }))
  expect(offenders.filter(({ constants }) => constants.length > 0)).toEqual([])
})

test.each([
  'const protocolVersion = 1',
  "headers['session'] ?? ''",
  'headers: { session: id }',
  'const askedByCenter = -1',
  'const appPattern = /^[\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]*$/u',
  'session.cut(4409)',
])('would find %s', (text) => {
  expect(found(text)).not.toEqual([])
})
