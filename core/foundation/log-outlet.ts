import { constants, fstatSync, openSync, writeSync } from 'node:fs'
import type pino from 'pino'

/** Bytes held for a reader that does not read; beyond them lines are dropped. */
const heldBytes = 4 * 1024 * 1024
const retryMs = 20
const flushMs = 500
const standardError = 2
const newLine = 0x0a

let dropped = 0

/** Lines of this process's logs that were dropped since its start. */
export function droppedLogLines(): number {
  return dropped
}

/**
 * Where the lines of a log leave the process. Each is written at once, so that the last one before a crash is out, and no
 * write waits. A descriptor that takes no more bytes (a full pipe) gets them later, in order; one that fails (a full disk,
 * a reader that has gone) loses them. What is lost is counted. The descriptor must not block: see {@link openStandardError}.
 */
export class LogOutlet implements pino.DestinationStream {
  readonly #descriptor: number
  #held: Buffer[] = []
  #heldBytes = 0
  #untold = 0
  #isMidLine = false
  #isBroken = false
  #timer: NodeJS.Timeout | undefined
  #onceBack: (dropped: number) => void = () => undefined

  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  write(lines: string): void {
    // A line that was cut short ends before the next one begins.
    const bytes = Buffer.from(this.#isMidLine && this.#held.length === 0 ? `\n${lines}` : lines)
    if (this.#heldBytes + bytes.length > heldBytes) {
      this.#drop(bytes)
      return
    }
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
    if (this.#timer === undefined) this.#attempt()
  }

  /** `listener` is called when all is written again after lines were dropped, with the count of those. */
  onceBack(listener: (dropped: number) => void): void {
    this.#onceBack = listener
  }

  /** Writes what is held, for at most half a second: for the end of the process. */
  flush(): void {
    const until = performance.now() + flushMs
    while (this.#write() && performance.now() < until) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs)
  }

  #attempt(): void {
    this.#timer = undefined
    if (this.#write()) {
      this.#timer = setTimeout(() => this.#attempt(), retryMs).unref()
      return
    }
    if (this.#untold === 0 || this.#isBroken) return
    const count = this.#untold
    this.#untold = 0
    this.#onceBack(count)
  }

  /** Returns true if bytes are left to be written later. */
  #write(): boolean {
    while (this.#held.length > 0) {
      const bytes = this.#held.length === 1 ? (this.#held[0] as Buffer) : Buffer.concat(this.#held)
      const { written, code } = attempt(this.#descriptor, bytes)
      const rest = bytes.subarray(written)
      if (written > 0) this.#isMidLine = bytes[written - 1] !== newLine
      this.#isBroken = code !== null && code !== 'EAGAIN'
      if (this.#isBroken) this.#drop(rest)
      this.#held = this.#isBroken || rest.length === 0 ? [] : [rest]
      this.#heldBytes = this.#held.length === 0 ? 0 : rest.length
      if (code === 'EAGAIN') return true
    }
    return false
  }

  #drop(bytes: Buffer): void {
    let lines = 0
    for (const byte of bytes) if (byte === newLine) lines += 1
    this.#untold += lines
    dropped += lines
  }
}

/**
 * A descriptor of standard error that does not block. A pipe or a terminal is opened anew, because this mode belongs to
 * what others write to as well. What can't be opened (a socket, as under systemd) is brought into it by Node's own stream.
 */
export function openStandardError(): number {
  if (fstatSync(standardError).isFile()) return standardError
  try {
    return openSync(`/proc/self/fd/${standardError}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    void process.stderr
    return standardError
  }
}

function attempt(descriptor: number, bytes: Buffer): { readonly written: number; readonly code: string | null } {
  try {
    return { written: writeSync(descriptor, bytes), code: null }
  } catch (error) {
    return { written: 0, code: (error as NodeJS.ErrnoException).code ?? 'UNKNOWN' }
  }
}
