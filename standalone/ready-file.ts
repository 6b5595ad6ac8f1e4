import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writePrivateFile } from './private-file.ts'

/** What `<data dir>/standalone.json` says, for scripts; it is there when everything is ready, and not before. */
export interface Ready {
  readonly url: string
  readonly graphqlUrl: string
  readonly subscriptionsUrl: string
  /** With its join token. */
  readonly gatewayUrl: string
  readonly authId: string
  readonly authKey: string
  readonly agents: readonly { readonly id: string; readonly ip: string }[]
  /** `postgres` is null where ELVES_DATABASE_URL names another server. */
  readonly pids: { readonly standalone: number; readonly postgres: number | null; readonly agents: readonly number[] }
}

export function readyPath(dataDir: string): string {
  return join(dataDir, 'standalone.json')
}

export function writeReady(dataDir: string, ready: Ready): Promise<void> {
  return writePrivateFile(readyPath(dataDir), `${JSON.stringify(ready, null, 2)}\n`)
}

/** Null where nothing is ready, or was left by a kill. */
export async function readReady(dataDir: string): Promise<Ready | null> {
  try {
    return JSON.parse(await readFile(readyPath(dataDir), 'utf8')) as Ready
  } catch {
    return null
  }
}

export function removeReady(dataDir: string): Promise<void> {
  return rm(readyPath(dataDir), { force: true })
}
