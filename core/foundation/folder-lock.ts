import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, realpathSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ElvesError } from './errors.ts'
import type { Running } from './lifecycle.ts'

/** The process that holds the lock of a folder. */
export interface FolderHolder {
  readonly pid: number
  /** Resolves when that process has released the folder or has ended in any way. */
  readonly gone: Promise<void>
  /** Closes the connection that watches the process: for callers that do not wait for `gone`. */
  unwatch(): void
}

/**
 * Makes this process the only one to work on a folder, until `stop` or its end. Throws DATA_FOLDER_IN_USE, with the pid of
 * the other process. The lock is a listening socket, which the kernel closes when its process ends. A file with a pid was
 * rejected: after a kill -9 it stays, and by then another process may have that pid.
 */
export async function folderLock(folder: string): Promise<Running> {
  // Open for as long as the lock counts: so the folder stays the one that was locked, and no other gets its number.
  const opened = openSync(folder, 'r')
  try {
    const lock = await lockAt(folder, addressOf(folder, fstatSync(opened, { bigint: true })))
    return { stop: () => lock.stop().finally(() => closeSync(opened)) }
  } catch (error) {
    closeSync(opened)
    throw error
  }
}

async function lockAt(folder: string, address: string): Promise<Running> {
  const askers = new Set<Socket>()
  const server = createServer((socket) => {
    askers.add(socket)
    socket.unref().on('error', () => undefined)
    socket.once('close', () => askers.delete(socket))
    socket.write(`${process.pid}\n`)
  })
  for (let isSecondTry = false; ; isSecondTry = true) {
    const isOurs = await listens(server, address)
    const holder = isOurs ? await holderAt(earlierAddressOf(folder)) : await folderHolder(folder)
    if (isOurs && holder === null) return { stop: () => closed(server, askers) }
    if (isOurs) await closed(server, askers)
    if (holder === null && !isSecondTry) {
      if (!address.startsWith('\0')) rmSync(address, { force: true })
      continue
    }
    const who = holder === null ? 'Another process' : `Another process (pid ${holder.pid})`
    throw new ElvesError('DATA_FOLDER_IN_USE', `${who} works on ${folder}; stop it first, or use another folder.`, {
      facts: { folder, pid: holder?.pid ?? null },
    })
  }
}

/** Returns the process that holds the lock of a folder, or null. */
export async function folderHolder(folder: string): Promise<FolderHolder | null> {
  return (await holderAt(addressOf(folder, statSync(folder, { bigint: true })))) ?? holderAt(earlierAddressOf(folder))
}

function holderAt(address: string): Promise<FolderHolder | null> {
  return new Promise((resolve) => {
    const socket = connect(address)
    const gone = new Promise<void>((done) => socket.once('close', () => done()))
    socket.setEncoding('utf8')
    socket.once('error', () => resolve(null))
    socket.once('data', (answer) => {
      // Not earlier: a process that has nothing else to do would end before the answer came.
      socket.unref()
      resolve({ pid: Number(String(answer).trim()), gone, unwatch: () => socket.destroy() })
    })
    void gone.then(() => resolve(null))
  })
}

/**
 * Returns the address of the lock of this folder, not of another one that has its path in another root: containers may share a network,
 * and so these names.
 */
function addressOf(folder: string, { dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return addressNamed(`${realpathSync(folder)}\n${dev}\n${ino}`)
}

/** Where a process of a release up to 0.2 holds it. */
function earlierAddressOf(folder: string): string {
  return addressNamed(realpathSync(folder))
}

/** Linux: a name in the abstract namespace, which leaves no file behind. Elsewhere: a socket file in the temp folder. */
function addressNamed(text: string): string {
  const name = `elves-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`)
}

function listens(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false)
      else reject(error)
    }
    server.once('error', onError)
    server.listen(address, () => {
      server.off('error', onError)
      // A process without a free file descriptor can not accept connections. Without a listener, that error would end the process.
      server.on('error', () => undefined)
      server.unref()
      resolve(true)
    })
  })
}

function closed(server: Server, askers: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    for (const socket of askers) socket.destroy()
  })
}
