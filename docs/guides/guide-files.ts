/** A file of the tree that a guide shows: its fence says the language and the path. */
export interface FileBlock {
  readonly path: string
  readonly text: string
  /** Lines to add to a file that is there: `+` before them, a space before the line that they come after. */
  readonly isAddition: boolean
}

/** The blocks of a guide whose fence has a path, in their order. */
export function fileBlocks(guide: string): readonly FileBlock[] {
  return [...guide.matchAll(/^```(\w+) (\S+)\n([\s\S]*?)^```$/gm)].map(([, language, path = '', text = '']) => ({
    path,
    text,
    isAddition: language === 'diff',
  }))
}

/** Puts the lines of a block into a file. Throws where a line that they come after is not there exactly once. */
export function applyAdditions(file: string, block: string, path: string): string {
  const lines = file.split('\n')
  let place = -1
  for (const line of block.trimEnd().split('\n')) {
    const text = line.slice(1)
    if (line.startsWith('+')) lines.splice(++place, 0, text)
    else {
      place = lines.indexOf(text)
      if (place === -1 || lines.lastIndexOf(text) !== place) throw new Error(`${path} has not exactly one line: ${text}`)
    }
  }
  return lines.join('\n')
}
