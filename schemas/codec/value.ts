import type { TaskOutput, Value } from '../generated/types.ts'

/** A {@link Value} that carries its text itself. */
export function inlineValue(text: string): Value {
  return { inline: text, encrypted: null, reference: null }
}

/** The text of a value, or null where it is not inline. */
export function inlineText(value: Value | null): string | null {
  return value?.inline ?? null
}

/** Output of a run that never gave one: worker flag -1 and the contract's text. */
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
  }
}
