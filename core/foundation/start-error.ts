import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { asElvesError, ElvesError } from './errors.ts'

/** The error that Node throws for a failed system call. */
interface SystemError extends NodeJS.ErrnoException {
  readonly address?: string
  readonly port?: number
  readonly hostname?: string
  readonly dest?: string
}

const full = new Set(['ENOSPC', 'EDQUOT'])
const short = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'])
const unusable = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOENT', 'ELOOP', 'ENAMETOOLONG', 'EIO', 'EBUSY', 'ENOTEMPTY'])

/**
 * Returns why a program does not start, or a command fails, for the person who called it. A system error gets the code that
 * says what to mend. `folder` is the folder that the program worked in, for system errors without a path (a write into an
 * open file). Not for answers to clients: the message names paths of this machine.
 */
export function startError(thrown: unknown, folder?: string): ElvesError {
  if (thrown instanceof ElvesError || !(thrown instanceof Error)) return asElvesError(thrown)
  const error = thrown as SystemError
  if (error.syscall === 'listen') return listenError(error)
  const refusal = databaseError(error)
  if (refusal !== null) return refusal
  const path = error.path ?? error.dest ?? folder
  if (full.has(error.code ?? '')) return path === undefined ? new ElvesError('DISK_FULL', error.message, { cause: error }) : diskFull(path, error)
  if (short.has(error.code ?? '')) {
    return new ElvesError('RESOURCES_SHORT', `${error.message}. Raise the limit (ulimit -a shows them), or stop something else.`, { cause: error })
  }
  if (path !== undefined && error.syscall !== undefined && unusable.has(error.code ?? '')) {
    return new ElvesError('FILE_UNUSABLE', `${path} can not be used: ${meaningOf(error)}.`, { cause: error, facts: { path } })
  }
  return asElvesError(thrown)
}

/** Returns the error for what a Postgres server reports, by its SQLSTATE; null for any other error. */
function databaseError(error: Error & { code?: unknown; severity?: unknown }): ElvesError | null {
  if (typeof error.code !== 'string' || typeof error.severity !== 'string') return null
  const said = `the database server says: ${error.message}`
  if (error.code === '53100') return new ElvesError('DISK_FULL', `No room is left at the database: ${said}`, { cause: error })
  if (/^(28|3D|42501)/.test(error.code)) return new ElvesError('DATABASE_REFUSED', `The database can not be used: ${said}`, { cause: error })
  if (/^(08|53|57|58)/.test(error.code))
    return new ElvesError('STORE_UNAVAILABLE', `The database does not work: ${said}`, { cause: error, canRetry: true })
  return null
}

/** Returns why listening on a port failed. `setting` names the setting of that port. */
export function listenError(error: SystemError, setting = 'the port'): ElvesError {
  const { code, port = 0, address = '' } = error
  if (error.syscall === 'getaddrinfo') return addressNotHere(error.hostname ?? '', error)
  const facts = { port, address }
  if (code === 'EADDRINUSE') {
    const remedy = `Stop what listens there, or set ${setting} to another port (0: any free one).`
    return new ElvesError('PORT_IN_USE', `Port ${port} of ${address} is in use. ${remedy}`, { cause: error, facts })
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const reason = port < 1024 ? 'those below 1024 take rights that it does not have' : 'the system refuses it'
    const remedy = `Set ${setting} to another one (1024 or above), or give it the right.`
    return new ElvesError('PORT_FORBIDDEN', `This process may not listen on port ${port}: ${reason}. ${remedy}`, { cause: error, facts })
  }
  if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return addressNotHere(address, error)
  return asElvesError(error)
}

function addressNotHere(address: string, cause: unknown): ElvesError {
  const remedy = 'ELVES_LISTEN_HOST takes an address of this machine; 0.0.0.0 is all of them.'
  return new ElvesError('ADDRESS_NOT_HERE', `This machine can not listen on ${address}. ${remedy}`, { cause, facts: { address } })
}

/** Returns an error that says which file system is full, and how much room is left. */
export function diskFull(path: string, cause?: unknown): ElvesError {
  const room = roomAt(path)
  const left = room === null ? '' : ` ${describeRoom(room)}`
  const remedy = 'Make room there and start again: nothing is lost.'
  return new ElvesError('DISK_FULL', `No room is left where ${path} is.${left} ${remedy}`, { cause, facts: { path, ...room } })
}

/** Returns true if the output of another program says that a file system is full. */
export function saysDiskFull(output: string): boolean {
  return /No space left on device|Disk quota exceeded/i.test(output)
}

export interface Room {
  readonly freeBytes: number
  /** Null if the file system does not count them. */
  readonly freeInodes: number | null
}

/**
 * Returns how much room is left for this process in the file system of a path, or of its nearest existing parent; null if
 * that is unknown.
 */
function roomAt(path: string): Room | null {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(path)
    return { freeBytes: bavail * bsize, freeInodes: files === 0 ? null : ffree }
  } catch {
    return dirname(path) === path ? null : roomAt(dirname(path))
  }
}

function describeRoom({ freeBytes, freeInodes }: Room): string {
  const inodes = freeInodes === null ? '' : ` and ${freeInodes} files`
  return `${(freeBytes / 2 ** 20).toFixed(1)} MiB${inodes} are free.`
}

function meaningOf({ code, message, syscall }: SystemError): string {
  const meanings: Readonly<Record<string, string>> = {
    EACCES: 'this user has no right to it',
    EPERM: 'this user has no right to it',
    EROFS: 'its file system is read-only',
    ENOTDIR: 'a part of the path is a file, not a folder',
    EISDIR: 'it is a folder, not a file',
    EEXIST: 'a file is in the place of the folder',
    ENOENT: syscall === 'mkdir' ? 'it is not there, and can not be made' : 'it is not there',
  }
  return meanings[code ?? ''] ?? message
}
