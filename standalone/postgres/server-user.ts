import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ElvesError } from '@elves/core/foundation/errors.ts'

/** The account that runs Postgres if we are root, because Postgres refuses to run as root. */
export interface ServerUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** If we are root, returns `postgres`, else `nobody`; null means our own user. initdb refuses a uid without a passwd entry. */
export async function serverUser(): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null
  const passwd = await readFile('/etc/passwd', 'utf8')
  const user = userOf(passwd, 'postgres') ?? userOf(passwd, 'nobody')
  if (user !== null) return user
  throw new ElvesError(
    'CONFIG_INVALID',
    'Postgres does not run as root, and this host has neither a user `postgres` nor `nobody`; create one of them, or set ELVES_DATABASE_URL to a Postgres server.',
  )
}

/** The entry of one user in the text of /etc/passwd. */
export function userOf(passwd: string, name: string): ServerUser | null {
  for (const line of passwd.split('\n')) {
    const [entry, , uid, gid] = line.split(':')
    if (entry === name && uid !== undefined && gid !== undefined) return { name, uid: Number(uid), gid: Number(gid) }
  }
  return null
}

/** Returns true if this user may go through every folder above the path, and into the path itself. */
export async function isReachable(path: string, user: ServerUser | null): Promise<boolean> {
  if (user === null) return true
  for (let current = resolve(path); ; current = dirname(current)) {
    if (!mayEnter(await stat(current), user)) return false
    if (current === dirname(current)) return true
  }
}

function mayEnter(entry: { mode: number; uid: number; gid: number }, user: ServerUser): boolean {
  if (entry.uid === user.uid) return (entry.mode & 0o100) !== 0
  if (entry.gid === user.gid) return (entry.mode & 0o010) !== 0
  return (entry.mode & 0o001) !== 0
}
