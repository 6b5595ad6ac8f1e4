import type { AgentOutput, OutputCut, OutputPiece } from '@elves/schemas/generated/types.ts'
import { outputLimits } from '@elves/schemas/link/output.ts'
import { codePointCut } from '../runner/bytes.ts'

/** Memory that a piece takes beside its bytes. */
const pieceOverheadBytes = 256
const firstPieceBytes = 256
const mostDoubts = 3
/** What has no receipt after this is sent again; each time later, up to the longest. */
const againMs = 5_000
const longestAgainMs = 60_000
/** After so many times in vain, other output goes first. */
const stuckTries = 3

/** Text of one stream. Its buffer has room to grow. */
interface Piece {
  readonly stream: 'OUT' | 'ERR'
  /** Of the first byte, in the output of the attempt. */
  readonly offset: number
  length: number
  buffer: Buffer
}

export interface AttemptOutputNames {
  readonly taskId: string
  readonly attempt: number
  readonly bootId: string
  /** ms since the epoch, on the center's clock. */
  readonly startedAt: number
}

/** What one attempt printed and the center has not confirmed. Only a beginning of the output is kept: after a cut, nothing is. */
export class AttemptOutput {
  readonly names: AttemptOutputNames
  #pieces: Piece[] = []
  #bytes = 0
  #kept = 0
  #sent = 0
  #confirmed = 0
  #printed = 0
  #cut: OutputCut | null = null
  #isAltered = false
  #hasEnded = false
  /** Something besides bytes has changed that the center was not told in this session: the cut or the end. */
  #isNews = false
  /** When the last receipt came, or something was sent after all before it was confirmed; by `performance.now()`. */
  #movedAtMs = 0
  /** How often in a row it was sent in vain. */
  #tries = 0
  /** How often in a row the center said that it has less than it had confirmed. */
  #doubts = 0

  constructor(names: AttemptOutputNames) {
    this.names = names
  }

  /** Memory that it takes. */
  get bytes(): number {
    return this.#bytes
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  get hasUnsent(): boolean {
    return this.#sent < this.#kept || this.#isNews
  }

  get unsentBytes(): number {
    return this.#kept - this.#sent
  }

  /** Bytes that were sent in this session and are not confirmed. */
  get unconfirmedBytes(): number {
    return this.#sent - this.#confirmed
  }

  /** True if something was sent in this session whose receipt has not come. */
  get isUnconfirmed(): boolean {
    return this.unconfirmedBytes > 0 || (this.#hasEnded && !this.#isNews)
  }

  /** True if it was sent several times and no receipt came: the center may not know the task, and may never do. */
  get isStuck(): boolean {
    return this.#tries >= stuckTries
  }

  /** `keptBytes`: most that is kept of the attempt; `roomBytes`: most that may be added to the memory of all. */
  write(stream: 'OUT' | 'ERR', text: Buffer, keptBytes: number, roomBytes: number): void {
    this.#printed += text.length
    if (this.#cut !== null || text.length === 0) return
    const [ofAttempt, ofAll] = [keptBytes - this.#kept, roomBytes - 2 * pieceOverheadBytes]
    const most = Math.max(0, Math.min(ofAttempt, ofAll))
    const kept = text.length <= most ? text : codePointCut(text, most)
    for (let at = 0; at < kept.length; ) at += this.#append(stream, kept.subarray(at))
    if (kept.length < text.length) this.#cutHere(ofAttempt <= ofAll ? 'LIMIT' : 'AGENT_FULL')
  }

  end(isAltered: boolean): void {
    this.#isAltered = isAltered
    this.#hasEnded = true
    this.#isNews = true
  }

  /** Nothing of it is here: an earlier process of this agent had it. */
  gone(): void {
    this.#cutHere('AGENT_GONE')
    this.#hasEnded = true
  }

  /** Gives up what is not confirmed: the center keeps no more of it. Once: each message after that may be refused too. */
  giveUp(): void {
    if (this.#cut === 'CENTER') return
    this.#pieces = []
    this.#bytes = 0
    this.#kept = this.#confirmed
    this.#sent = this.#confirmed
    this.#cutHere('CENTER')
  }

  /** Returns the next message, and counts it as sent. Call it only if something is unsent. */
  next(nowMs: number): AgentOutput {
    const { messageBytes, messagePieces } = outputLimits
    if (!this.isUnconfirmed) this.#movedAtMs = nowMs
    const pieces: OutputPiece[] = []
    const offset = this.#sent
    for (const piece of this.#pieces) {
      const end = piece.offset + piece.length
      if (end <= this.#sent) continue
      if (end - offset > messageBytes || pieces.length === messagePieces) break
      // From the first byte that was not sent, which may be within the piece after a receipt.
      pieces.push({ stream: piece.stream, bytes: Buffer.from(piece.buffer.subarray(this.#sent - piece.offset, piece.length)) })
      this.#sent = end
    }
    const isLast = this.#sent === this.#kept
    if (isLast) this.#isNews = false
    return {
      ...this.names,
      offset,
      pieces,
      printedBytes: this.#printed,
      cut: isLast ? this.#cut : null,
      altered: this.#isAltered,
      ended: isLast && this.#hasEnded,
    }
  }

  /** The center has all before this offset. `isGap`: it lacks what comes next, though something later has come. */
  confirm(offset: number, isGap: boolean, nowMs: number): void {
    this.#movedAtMs = nowMs
    this.#tries = 0
    if (offset < this.#confirmed) {
      if (isGap) this.#doubt()
      return
    }
    this.#doubts = 0
    if (isGap) this.rewind()
    this.#confirmed = Math.min(offset, this.#kept)
    this.#sent = Math.max(this.#sent, this.#confirmed)
    const gone = this.#pieces.findIndex((piece) => piece.offset + piece.length > this.#confirmed)
    const free = this.#pieces.splice(0, gone === -1 ? this.#pieces.length : gone)
    for (const { buffer } of free) this.#bytes -= buffer.length + pieceOverheadBytes
  }

  /** Sends what is not confirmed again if that was long ago. */
  rewindIfLate(nowMs: number): void {
    if (!this.isUnconfirmed || nowMs - this.#movedAtMs < Math.min(againMs * 2 ** this.#tries, longestAgainMs)) return
    this.#tries += 1
    this.#movedAtMs = nowMs
    this.rewind()
  }

  /** A new session has sent none of it: sends what is not confirmed again. */
  rewind(): void {
    this.#sent = this.#confirmed
    this.#isNews = this.#cut !== null || this.#hasEnded
  }

  /** The center may have lost what it had. It may also be an answer that was long on its way, so it is asked again before that counts. */
  #doubt(): void {
    if (this.#cut === 'CENTER') return
    this.#doubts += 1
    if (this.#doubts < mostDoubts) this.rewind()
    else this.giveUp()
  }

  #cutHere(cut: OutputCut): void {
    this.#cut = cut
    this.#isNews = true
  }

  /** Returns how many bytes it took: whole characters, so that no message ends within one. */
  #append(stream: 'OUT' | 'ERR', text: Buffer): number {
    const last = this.#pieces.at(-1)
    // A piece that was sent does not grow, so that what is sent next begins with a piece.
    if (last && last.stream === stream && last.offset >= this.#sent) {
      const fitting = codePointCut(text, outputLimits.messageBytes - last.length)
      if (fitting.length > 0) return this.#grow(last, fitting)
    }
    const first = codePointCut(text, outputLimits.messageBytes)
    const buffer = Buffer.allocUnsafeSlow(Math.max(first.length, firstPieceBytes))
    first.copy(buffer)
    this.#pieces.push({ stream, offset: this.#kept, length: first.length, buffer })
    this.#bytes += buffer.length + pieceOverheadBytes
    this.#kept += first.length
    return first.length
  }

  #grow(piece: Piece, text: Buffer): number {
    const needed = piece.length + text.length
    if (needed > piece.buffer.length) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(outputLimits.messageBytes, Math.max(needed, 2 * piece.buffer.length)))
      piece.buffer.copy(buffer, 0, 0, piece.length)
      this.#bytes += buffer.length - piece.buffer.length
      piece.buffer = buffer
    }
    text.copy(piece.buffer, piece.length)
    piece.length = needed
    this.#kept += text.length
    return text.length
  }
}
