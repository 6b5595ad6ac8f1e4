import type { TaskOutput, Value } from '../generated/types.ts'

/** Returns a {@link Value} that contains its text. */
export function inlineValue(text: string): Value {
  return { inline: text, encrypted: null, reference: null }
}

/** Returns the text of a value, or null if it is not inline. */
export function inlineText(value: Value | null): string | null {
  return value?.inline ?? null
}

/** Returns the output of a run without a valid answer: worker flag -1 and the contract's text. */
export function failedOutput(text: string, costMs = 0): TaskOutput {
  return {
    workerFlag: -1,
    message: inlineValue(text),
    costMs,
    truncated: false,
    byteCount: Buffer.byteLength(text),
    sha256: null,
    altered: false,
    printed: null,
    exit: null,
  }
}

/** Returns the length of an output's texts together, in characters: what it takes in memory, roughly. */
export function outputLength(output: TaskOutput | null): number {
  if (output === null) return 0
  const texts = [inlineText(output.message), output.printed, output.exit?.standardError]
  return texts.reduce((length, text) => length + (text?.length ?? 0), 0)
}
