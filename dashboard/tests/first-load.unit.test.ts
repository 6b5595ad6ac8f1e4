import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const dist = join(import.meta.dirname, '..', 'dist')
const mostBytes = 400_000

interface Chunk {
  readonly file: string
  readonly css?: readonly string[]
  readonly imports?: readonly string[]
}

type Manifest = Readonly<Record<string, Chunk>>

/** Returns the files that a chunk needs before it runs. */
function filesOf(manifest: Manifest, names: readonly string[]): string[] {
  const reached = new Set<string>()
  const open = [...names]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue
    reached.add(name)
    open.push(...(manifest[name]?.imports ?? []))
  }
  return [...new Set([...reached].flatMap((name) => [manifest[name]?.file ?? '', ...(manifest[name]?.css ?? [])]))]
}

/** As the network carries it: a small file is sent as it is. */
function bytesOf(file: string): number {
  const compressed = join(dist, `${file}.gz`)
  return statSync(existsSync(compressed) ? compressed : join(dist, file)).size
}

test(`the first load of the overview is less than ${mostBytes / 1000} KB with gzip`, () => {
  const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8')) as Manifest
  const files = filesOf(manifest, ['index.html', 'src/pages/overview/overview.tsx', 'src/words/en.ts'])
  expect(files.length).toBeGreaterThan(5)
  const bytes = files.reduce((sum, file) => sum + bytesOf(file), 0)
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThan(mostBytes)
})
