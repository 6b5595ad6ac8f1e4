import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { writePrivateFile } from './private-file.ts'

/** The secrets that let callers in; made at the first start, kept in `<data dir>/secrets.json` (0600). */
export interface Secrets {
  readonly joinToken: string
  readonly serviceSecret: string
  readonly authId: string
  readonly authKey: string
  /** Absent: a release that signed nothing made the file. */
  readonly signingKey?: string
  /** Master key of the secrets of tasks. Absent: a release without such secrets made the file. */
  readonly secretsKey?: string
  /** What the local admin shows. Absent: a release that let everybody in made the file. */
  readonly token?: string
  /** The first password of the user admin. Absent: a release without users made the file. */
  readonly adminPassword?: string
}

const names = ['joinToken', 'serviceSecret', 'authId', 'authKey'] as const

/** Returns the kept secrets; a `given` one that is not empty replaces the kept one. Throws DATA_FOLDER_DAMAGED for an unreadable file. */
export async function secrets(dataDir: string, given: Partial<Secrets>): Promise<Required<Secrets>> {
  const path = join(dataDir, 'secrets.json')
  const kept = await withLaterSecrets(path, (await keptSecrets(path)) ?? (await newSecrets(path)))
  const stated = Object.entries(given).filter(([, value]) => value !== '' && value !== undefined)
  return { ...kept, ...Object.fromEntries(stated) }
}

/** Adds what earlier releases did not make: a key that signs instructions, the token of the local admin, the master key of secrets. */
async function withLaterSecrets(path: string, kept: Secrets): Promise<Required<Secrets>> {
  const made = () => randomBytes(32).toString('base64url')
  const all = {
    ...kept,
    signingKey: kept.signingKey || made(),
    token: kept.token || made(),
    secretsKey: kept.secretsKey || made(),
    adminPassword: kept.adminPassword || randomBytes(15).toString('base64url'),
  }
  if (JSON.stringify(all) !== JSON.stringify(kept)) await writePrivateFile(path, `${JSON.stringify(all, null, 2)}\n`)
  return all
}

/** Returns null if no secrets were made yet. Throws DATA_FOLDER_DAMAGED. */
export async function keptSecrets(path: string): Promise<Secrets | null> {
  try {
    const read: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (areSecrets(read)) return read
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
  }
  const remedy = 'Put it back from a backup, or remove it: the next start makes new ones (scripts and agents then need the new keys).'
  throw new ElvesError('DATA_FOLDER_DAMAGED', `${path} can not be read as the keys of this platform. ${remedy}`, { facts: { path } })
}

/** Returns true if all four secrets are there. */
export function areSecrets(read: unknown): read is Secrets {
  const found = (read ?? {}) as Record<string, unknown>
  return names.every((name) => typeof found[name] === 'string' && found[name] !== '')
}

async function newSecrets(path: string): Promise<Secrets> {
  const made: Secrets = {
    joinToken: randomBytes(24).toString('base64url'),
    serviceSecret: randomBytes(24).toString('base64url'),
    authId: randomBytes(8).toString('hex').toUpperCase(),
    authKey: randomBytes(16).toString('hex'),
  }
  await writePrivateFile(path, `${JSON.stringify(made, null, 2)}\n`)
  return made
}
