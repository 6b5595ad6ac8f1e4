import { type TextEnds, textEnds } from './bytes.ts'
import { type TaggedText, taggedTextScan } from './tagged-text.ts'
import { utf8Stream } from './text-encoding.ts'

/** Bytes that are kept from the beginning of each stream, besides the answer; `tailBytes` are kept from its end. */
const headBytes = 1024
const tailBytes = 2048
/** The flag is `true` or something else, so a long one need not be kept whole. */
const flagBytes = 64

/** Keeps the parts of a worker's output that matter, in bounded memory. */
export interface WorkerOutput {
  writeStandardOutput(chunk: Buffer): void
  writeStandardError(chunk: Buffer): void
  /** Call it once, after the last chunk. */
  finish(): PrintedOutput
}

export interface PrintedOutput {
  readonly flag: TaggedText | null
  readonly result: TaggedText | null
  /** True if the result contains U+FFFD because bytes were not valid in the encoding. */
  readonly isAltered: boolean
  /** Beginning and end of each stream. */
  readonly standardOutput: string
  readonly standardError: string
}

/** `encoding` is that of the worker's output. */
export function workerOutput(resultBytes: number, encoding = 'utf-8'): WorkerOutput {
  const flag = taggedTextScan('ElvesWFlag', flagBytes, 'FIRST')
  const result = taggedTextScan('ElvesWResult', resultBytes, 'LAST')
  const [outputEnds, errorEnds] = [textEnds(headBytes, tailBytes), textEnds(headBytes, tailBytes)]
  const [decodeOutput, decodeError] = [utf8Stream(encoding), utf8Stream(encoding)]

  function scan(valid: Buffer): void {
    flag.write(valid)
    result.write(valid)
    outputEnds.write(valid)
  }

  function finish(): PrintedOutput {
    scan(decodeOutput.finish())
    errorEnds.write(decodeError.finish())
    const found = result.result()
    const isAltered = decodeOutput.hasReplaced() && found?.text.includes('\ufffd') === true
    return { flag: flag.result(), result: found, isAltered, standardOutput: trimmed(outputEnds), standardError: trimmed(errorEnds) }
  }

  return {
    writeStandardOutput: (chunk) => scan(decodeOutput.write(chunk)),
    writeStandardError: (chunk) => errorEnds.write(decodeError.write(chunk)),
    finish,
  }
}

function trimmed(ends: TextEnds): string {
  return ends.text().trim()
}
