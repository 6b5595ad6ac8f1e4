import { type TextEnds, textEnds } from './bytes.ts'
import { type TaggedText, taggedTextScan } from './tagged-text.ts'
import { utf8Stream } from './text-encoding.ts'

/** Of each stream, beside the answer. */
const headBytes = 1024
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
  /** The result has U+FFFD where bytes came that are no text. */
  readonly isAltered: boolean
  /** Beginning and end of each stream. */
  readonly standardOutput: string
  readonly standardError: string
}

/** `encoding`: what the worker prints in. */
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
