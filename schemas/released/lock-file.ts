import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReleaseLock } from './release-lock.ts'

export const lockFile = join(import.meta.dirname, 'released.json')

export function readLock(): ReleaseLock {
  return JSON.parse(readFileSync(lockFile, 'utf8')) as ReleaseLock
}

/** Writes one line per schema, so that a change shows as one line. */
export function lockText({ releases }: ReleaseLock): string {
  const texts = releases.map(({ release, golden, schemas }) => {
    const lines = schemas.map((schema) => `        ${JSON.stringify(schema)}`)
    const head = [
      `      "release": ${JSON.stringify(release)}`,
      `      "golden": ${JSON.stringify(golden)}`,
      `      "schemas": [\n${lines.join(',\n')}\n      ]`,
    ]
    return `    {\n${head.join(',\n')}\n    }`
  })
  return `{\n  "releases": [\n${texts.join(',\n')}\n  ]\n}\n`
}
