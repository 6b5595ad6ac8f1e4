import { execFile } from 'node:child_process'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sharedPlatform, type TestPlatform } from '@elves/tests/support/platform.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** What the guide says of scripts and apps of 0.1.x, tried: its script changes the host name only. */

let platform: TestPlatform

beforeAll(async () => {
  platform = await sharedPlatform()
})

afterAll(() => platform?.dispose())

async function scriptOf(guide: string): Promise<string> {
  const text = await readFile(join(import.meta.dirname, guide), 'utf8')
  const [script, ...more] = [...text.matchAll(/^```python\n([\s\S]*?)^```$/gm)].map(([, sample = '']) => sample)
  expect(more).toEqual([])
  return (script ?? '').replace('http://127.0.0.1:4100', platform.ready().url)
}

async function printed(script: string): Promise<string> {
  return (await promisify(execFile)('python3', ['-c', script])).stdout.trim()
}

test.each(['moving-from-0.1.md', 'moving-from-0.1.zh-CN.md'])('the script of %s runs a task', async (guide) => {
  const script = await scriptOf(guide)
  expect(await printed(script)).toBe('hello word!')
  expect(await printed(script.replace('"testkey"', '"other"'))).toBe('[401.5]Unauthorized Sign Error')
})

test('an app that is copied into the folder of apps works at once, also by a proxy', async () => {
  const script = await scriptOf('moving-from-0.1.md')
  const copied = script.replaceAll('"apptest"', '"copied"').replace('func="helloword"', 'func="helloword", proxy="python3|app-worker.py"')
  expect(await printed(copied)).toBe('app [copied] not install !')
  const from = join(import.meta.dirname, '..', '..', 'examples', 'apptest')
  const to = join(platform.dataDir, 'apps', 'copied')
  await cp(from, to, { recursive: true })
  const worker = await readFile(join(from, 'apptest.py'), 'utf8')
  await writeFile(join(to, 'copied.py'), worker.replace('class apptest', 'class copied'))
  await expect.poll(() => printed(copied), { timeout: 30_000 }).toBe('hello word!')
})
