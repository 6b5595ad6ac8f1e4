import { isUtf8 } from 'node:buffer'
import { tail } from './bytes.ts'
import { type TaggedText, taggedTextScan } from './tagged-text.ts'

const tailBytes = 2048
/** The flag is `true` or something else: a long one need not be kept. */
const flagBytes = 64

/** What a worker printed, as far as it matters; memory stays bounded whatever comes. */
export interface WorkerOutput {
  writeStandardOutput(chunk: Buffer): void
  writeStandardError(chunk: Buffer): void
  /** Call once, when no more comes. */
  finish(): PrintedOutput
}

export interface PrintedOutput {
  readonly flag: TaggedText | null
  readonly result: TaggedText | null
  readonly outputTail: string
  readonly errorTail: string
}

export function workerOutput(resultBytes: number): WorkerOutput {
  const flag = taggedTextScan('ElvesWFlag', flagBytes)
  const result = taggedTextScan('ElvesWResult', resultBytes)
  const outputTail = tail(tailBytes)
  const errorTail = tail(tailBytes)
  const decodeOutput = utf8Repair()

  function scan(valid: Buffer): void {
    flag.write(valid)
    result.write(valid)
    outputTail.write(valid)
  }

  function finish(): PrintedOutput {
    scan(decodeOutput.finish())
    return { flag: flag.result(), result: result.result(), outputTail: outputTail.text().trim(), errorTail: errorTail.text().trim() }
  }

  return { writeStandardOutput: (chunk) => scan(decodeOutput.write(chunk)), writeStandardError: errorTail.write, finish }
}

/** Makes a byte stream valid UTF-8: what is not becomes U+FFFD, also where a chunk ends inside a code point. */
function utf8Repair() {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let isWhole = true

  function write(chunk: Buffer): Buffer {
    // Nearly every chunk is valid as it is and needs no copy.
    if (isWhole && isUtf8(chunk)) return chunk
    isWhole = false
    return Buffer.from(decoder.decode(chunk, { stream: true }))
  }

  return { write, finish: () => Buffer.from(decoder.decode()) }
}
