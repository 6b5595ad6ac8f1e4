import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { exportedNames, namesDeclaredTwice } from './exported-names.ts'

const root = join(import.meta.dirname, '..', '..')

test('no exported name means two things in the packages that run', () => {
  expect(exportedNames(root).size).toBeGreaterThan(500)
  expect(namesDeclaredTwice(root)).toEqual({})
})

test('finds a name that two packages declare, whatever they declare it as, and passes over tests', () => {
  const dir = mkdtempSync(join(tmpdir(), 'elves-names-'))
  const files = {
    'core/a.ts': 'export interface Page {}\nexport const one = 1\n',
    'agent/b.ts': "export async function Page() {}\nexport { one } from '@elves/core/a.ts'\n",
    'agent/b.unit.test.ts': 'export const one = 1\n',
  }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true })
    writeFileSync(join(dir, file), text)
  }
  expect(namesDeclaredTwice(dir)).toEqual({ Page: ['agent/b.ts', 'core/a.ts'] })
  rmSync(dir, { recursive: true })
})
