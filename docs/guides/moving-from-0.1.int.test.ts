import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Edge, edge } from '@elves/query-service/tests/edge.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The script of the guide, as Python runs it, over HTTP against the real edge: it changes the host name only. */

let it: Edge
let url: string

beforeAll(async () => {
  it = await edge({ env: { ELVES_AUTH_ID: '1', ELVES_AUTH_KEY: 'testkey' } })
  url = await it.server.listen({ host: '127.0.0.1', port: 0 })
  // The agent of the guide.
  await it.commands.addAgent('b'.repeat(32), '127.0.0.1')
})

afterAll(() => it.stop())

async function printed(script: string): Promise<string> {
  return (await promisify(execFile)('python3', ['-c', script])).stdout.trim()
}

test.each(['moving-from-0.1.md', 'moving-from-0.1.zh-CN.md'])('the script of %s runs a task', async (guide) => {
  const text = await readFile(join(import.meta.dirname, guide), 'utf8')
  const [script = '', ...more] = [...text.matchAll(/^```python\n([\s\S]*?)^```$/gm)].map(([, sample = '']) => sample)
  expect(more).toEqual([])
  const here = script.replace('http://127.0.0.1:4100', url)
  const before = it.commands.requests.length
  expect(await printed(here)).toBe('ok')
  expect(it.commands.requests.slice(before)).toMatchObject([{ agent: '127.0.0.1', app: 'apptest', func: 'helloword' }])
  expect(await printed(here.replace('"testkey"', '"other"'))).toBe('[401.5]Unauthorized Sign Error')
})
