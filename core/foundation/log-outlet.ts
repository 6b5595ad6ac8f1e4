import { constants, fstatSync, openSync, writeSync } from 'node:fs'
import type pino from 'pino'

/** Most bytes that are held for a reader that does not read; further lines are dropped. */
const heldBytes = 4 * 1024 * 1024
const retryMs = 20
const flushMs = 500
const standardError = 2
const newLine = 0x0a
/** With so many bytes gathered in a turn, they are written before its end. */
const gatheredBytes = 64 * 1024
/** pino's level `info`. */
const infoLevel = 30

let dropped = 0

/** The outlets that have gathered lines. The end of the process writes them, however it ends. */
const gathering = new Set<LogOutlet>()
let isEndWatched = false

function gathers(outlet: LogOutlet): void {
  gathering.add(outlet)
  if (isEndWatched) return
  isEndWatched = true
  process.once('exit', () => {
    for (const one of gathering) one.flush()
  })
}

/** Returns how many log lines this process has dropped since its start. */
export function droppedLogLines(): number {
  return dropped
}

/**
 * Writes the lines of a log, in order; no write waits. What a turn of the event loop logs at level info or below is one write
 * at the end of the turn, because a write costs as much as a dozen lines. A line of a higher level, and one of unknown level, is
 * written at once with all that was gathered before it. What is gathered when the process ends is written then; only a process
 * that is killed loses it.
 * If the descriptor accepts no more bytes (a full pipe), they are written later, in order. If it fails (a full disk, a
 * reader that is gone), they are lost, and lost lines are counted. The descriptor must not block: see {@link
 * openStandardError}.
 */
export class LogOutlet implements pino.DestinationStream {
  readonly #descriptor: number
  #held: Buffer[] = []
  #heldBytes = 0
  #untold = 0
  #isMidLine = false
  #isBroken = false
  #timer: NodeJS.Timeout | undefined
  #endOfTurn: NodeJS.Immediate | undefined
  #onceBack: (dropped: number) => void = () => undefined

  /** Level of the line that comes next, which pino sets; 0: unknown. */
  lastLevel = 0

  constructor(descriptor: number) {
    this.#descriptor = descriptor
    Object.assign(this, { [Symbol.for('pino.metadata')]: true })
  }

  write(lines: string): void {
    const canWait = this.lastLevel > 0 && this.lastLevel <= infoLevel
    this.lastLevel = 0
    // Ends a line that was cut short before the next one begins.
    const text = harmless(lines)
    const bytes = Buffer.from(this.#isMidLine && this.#held.length === 0 ? `\n${text}` : text)
    if (this.#heldBytes + bytes.length > heldBytes) {
      this.#drop(bytes)
      return
    }
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
    if (this.#timer !== undefined) return
    if (!canWait || this.#heldBytes >= gatheredBytes) this.#attempt()
    else if (this.#endOfTurn === undefined) {
      this.#endOfTurn = setImmediate(() => this.#attempt())
      gathers(this)
    }
  }

  /** Calls `listener` when everything is written again after lines were dropped, with the number of dropped lines. */
  onceBack(listener: (dropped: number) => void): void {
    this.#onceBack = listener
  }

  /** Writes the held bytes, for at most half a second: for the end of the process. */
  flush(): void {
    const until = performance.now() + flushMs
    while (this.#write() && performance.now() < until) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs)
  }

  #attempt(): void {
    this.#timer = undefined
    if (this.#endOfTurn !== undefined) this.#endTurn()
    if (this.#write()) {
      this.#timer = setTimeout(() => this.#attempt(), retryMs).unref()
      return
    }
    if (this.#untold === 0 || this.#isBroken) return
    const count = this.#untold
    this.#untold = 0
    this.#onceBack(count)
  }

  #endTurn(): void {
    clearImmediate(this.#endOfTurn)
    this.#endOfTurn = undefined
    gathering.delete(this)
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
 * Returns a descriptor of standard error that does not block. A pipe or a terminal is opened anew, because non-blocking mode
 * would also apply to other processes that write to it. If it can not be opened (a socket, as under systemd), Node's own
 * stream switches it to that mode.
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

/**
 * What JSON leaves as it is and a terminal or an editor does not: DEL and the second set of control characters (with one that begins the
 * sequences of a terminal), other ends of lines, and marks that turn the direction of writing.
 */
const harmful = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/
const eachHarmful = new RegExp(harmful, 'g')

/** Returns lines of JSON with these characters as JSON can write them, too. */
function harmless(lines: string): string {
  return harmful.test(lines) ? lines.replace(eachHarmful, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`) : lines
}

function attempt(descriptor: number, bytes: Buffer): { readonly written: number; readonly code: string | null } {
  try {
    return { written: writeSync(descriptor, bytes), code: null }
  } catch (error) {
    return { written: 0, code: (error as NodeJS.ErrnoException).code ?? 'UNKNOWN' }
  }
}
