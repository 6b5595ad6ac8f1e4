/** Returns the keys that occur twice at the top level of a line of JSON: most readers keep only one of the two values. */
export function keysThereTwice(line: string): string[] {
  let depth = 0
  const keys: string[] = []
  for (const [token, key] of line.matchAll(/"((?:[^"\\]|\\.)*)":|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    else if (depth === 1 && key !== undefined) keys.push(key)
  }
  return keys.filter((key, index) => keys.indexOf(key) !== index)
}
