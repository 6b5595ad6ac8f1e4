import type { WorkerMode } from './app-manifest.ts'
import { type TextEnds, textEnds } from './bytes.ts'
import type { Masking } from './masking.ts'
import { type KeptText, taggedTextScan, wholeTextScan } from './tagged-text.ts'
import { utf8Stream } from './text-encoding.ts'

/** Gets what a worker prints while it runs. */
export interface OutputTap {
  /** Takes the next text of a stream, as valid UTF-8. It must copy what it keeps. */
  write(stream: 'OUT' | 'ERR', text: Buffer): void
  /** Called once, at the end of the run. `isAltered`: some bytes were not valid in the encoding and became U+FFFD. */
  end(isAltered: boolean): void
}

/** Bytes that are kept from the beginning of each stream, besides the answer; `tailBytes` are kept from its end. */
const headBytes = 1024
const tailBytes = 2048
/** The flag is `true` or something else, so a long one need not be kept whole. */
const flagBytes = 64

/** Keeps the parts of a worker's output that matter, in bounded memory. */
export interface WorkerOutput {
  writeStandardOutput(chunk: Buffer): void
  writeStandardError(chunk: Buffer): void
  /** Returns true if the text of any stream contains U+FFFD because bytes were not valid in the encoding. */
  hasReplaced(): boolean
  /** Call it once, after the last chunk. */
  finish(): PrintedOutput
}

export interface PrintedOutput {
  /** Null if it printed none, and in plain mode. */
  readonly flag: KeptText | null
  /** In plain mode the whole standard output. */
  readonly result: KeptText | null
  /** True if the result contains U+FFFD because bytes were not valid in the encoding. */
  readonly isAltered: boolean
  /** Beginning and end of each stream. */
  readonly standardOutput: string
  readonly standardError: string
  /** Bytes of the whole standard error, in UTF-8. */
  readonly standardErrorBytes: number
}

/** `encoding` is that of the worker's output; `masking` makes what keeps its secrets out, null: it has none. */
export function workerOutput(
  resultBytes: number,
  encoding = 'utf-8',
  mode: WorkerMode = 'classic',
  tap?: Pick<OutputTap, 'write'>,
  masking: (() => Masking) | null = null,
): WorkerOutput {
  const flag = mode === 'plain' ? null : taggedTextScan('ElvesWFlag', flagBytes, 'FIRST')
  const result = mode === 'plain' ? wholeTextScan(resultBytes) : taggedTextScan('ElvesWResult', resultBytes, 'LAST')
  const [outputEnds, errorEnds] = [textEnds(headBytes, tailBytes), textEnds(headBytes, tailBytes)]
  const [decodeOutput, decodeError] = [utf8Stream(encoding), utf8Stream(encoding)]
  // Before anything else sees the text: what is kept, reported and followed live has no secrets.
  const [maskOutput, maskError] = [masking?.(), masking?.()]

  function scan(text: Buffer): void {
    scanMasked(maskOutput?.write(text) ?? text)
  }

  function scanMasked(valid: Buffer): void {
    flag?.write(valid)
    result.write(valid)
    outputEnds.write(valid)
    tap?.write('OUT', valid)
  }

  function keepError(text: Buffer): void {
    keepMasked(maskError?.write(text) ?? text)
  }

  function keepMasked(valid: Buffer): void {
    errorEnds.write(valid)
    tap?.write('ERR', valid)
  }

  function finish(): PrintedOutput {
    scan(decodeOutput.finish())
    keepError(decodeError.finish())
    if (maskOutput) scanMasked(maskOutput.finish())
    if (maskError) keepMasked(maskError.finish())
    const found = result.result()
    const isAltered = decodeOutput.hasReplaced() && found?.text.includes('\ufffd') === true
    return {
      flag: flag?.result() ?? null,
      result: found,
      isAltered,
      standardOutput: trimmed(outputEnds),
      standardError: trimmed(errorEnds),
      standardErrorBytes: errorEnds.byteCount(),
    }
  }

  return {
    writeStandardOutput: (chunk) => scan(decodeOutput.write(chunk)),
    writeStandardError: (chunk) => keepError(decodeError.write(chunk)),
    hasReplaced: () => decodeOutput.hasReplaced() || decodeError.hasReplaced(),
    finish,
  }
}

function trimmed(ends: TextEnds): string {
  return ends.text().trim()
}
