import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import type { Running } from '@elves/core/foundation/lifecycle.ts'

const lookEveryMs = 250
const chunkBytes = 64 * 1024

/** Passes on what is appended to a file from now on, in whole lines; the file may be created later. */
export function followFile(path: string, onLines: (lines: string) => void): Running {
  let offset = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  let begun = ''
  const decoder = new StringDecoder('utf8')
  const look = () => {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    // The file was replaced by a shorter one.
    if (size < offset) offset = 0
    if (size === offset) return
    const file = openSync(path, 'r')
    try {
      const bytes = Buffer.allocUnsafe(Math.min(fstatSync(file).size - offset, chunkBytes))
      const read = readSync(file, bytes, 0, bytes.length, offset)
      offset += read
      const text = begun + decoder.write(bytes.subarray(0, read))
      const end = text.lastIndexOf('\n') + 1
      begun = text.slice(end)
      if (end > 0) onLines(text.slice(0, end))
      if (read === chunkBytes) look()
    } finally {
      closeSync(file)
    }
  }
  const quietly = () => {
    try {
      look()
    } catch {
      // The file was removed between two calls; the next one with that name is another file.
    }
  }
  const timer = setInterval(quietly, lookEveryMs)
  return {
    async stop() {
      clearInterval(timer)
      quietly()
    },
  }
}
