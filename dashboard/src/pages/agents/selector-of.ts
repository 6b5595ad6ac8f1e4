/** What needs no quotes in a selector. */
const word = /^[\p{L}\p{N}._-]+$/u

/** Returns the selector of the agents that have a value of a label. */
export function selectorOf(label: string, value: string): string {
  return `${quoted(label)}=${quoted(value)}`
}

function quoted(text: string): string {
  return word.test(text) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}
