import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { folderCycles } from './folder-cycles.ts'

const root = join(import.meta.dirname, '..', '..')
const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { workspaces: string[] }

test.each(workspaces)('no folders of %s import each other in a circle', (name) => {
  expect(folderCycles(join(root, name), name)).toEqual([])
})

test('finds a circle over three folders, and none between a folder and what is inside it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'elves-cycles-'))
  const files = {
    'a/one.ts': "import '../types.ts'\nimport { two } from '../b/two.ts'",
    'b/two.ts': "export { three } from '@elves/sample/c/three.ts'",
    'c/three.ts': "await import('../a/one.ts')",
    'types.ts': "import { one } from './a/one.ts'",
    'd/four.ts': "import { five } from './e/five.ts'",
    'd/e/five.ts': "import { four } from '../four.ts'",
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
  expect(folderCycles(dir, 'sample').map((cycle) => [...cycle].sort())).toEqual([['a', 'b', 'c']])
  await rm(dir, { recursive: true })
})
