import { readFileSync } from 'node:fs'
import type { Figure } from './figure.ts'

/** What `npm run bench -- --json` prints, in one line. */
export interface Results {
  readonly rows: Figure[]
  /** Rows that failed or did not end. */
  readonly failed: { readonly names: readonly string[]; readonly reason: string }[]
  /** True where the measuring was interrupted before the last row. */
  interrupted: boolean
}

export function noResults(): Results {
  return { rows: [], failed: [], interrupted: false }
}

/**
 * Reads the figures of an earlier run from what `npm run bench -- --json` wrote into a file; lines of npm around it do not
 * matter. Throws where the file has no such line.
 */
export function readResults(file: string): readonly Figure[] {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (!line.startsWith('{')) continue
    const { rows } = parsed(line)
    if (Array.isArray(rows)) return rows
  }
  throw new Error(`${file} has no line of --json`)
}

function parsed(line: string): { readonly rows?: unknown } {
  try {
    return JSON.parse(line) as { rows?: unknown }
  } catch {
    return {}
  }
}
