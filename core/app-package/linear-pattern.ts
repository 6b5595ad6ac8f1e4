import { RE2JS } from 're2js'

/** A pattern of a JSON Schema: texts are of code points, and a match may be anywhere. */
interface Pattern {
  test(text: string): boolean
  /** Ajv takes patterns with the same text for the same one. */
  toString(): string
}

/**
 * Compiles a pattern of a JSON Schema, by the engine of RE2: it takes time in proportion to the text, whatever the pattern. A manifest
 * is somebody else's, and a pattern such as (a+)+$ would hold up the center for ever. Throws where it is no pattern, or has what no such
 * engine can do: look-around and back-references.
 */
export function linearPattern(pattern: string): Pattern {
  const compiled = RE2JS.compile(pattern)
  return { test: (text) => compiled.matcher(text).find(), toString: () => pattern }
}
