import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cleanEnv, sharedPlatform, type TestPlatform } from '@elves/tests/support/platform.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** The samples of the guide in both languages, in a folder that has the ready file where they look for it. Only the address is another. */

const root = join(import.meta.dirname, '..', '..')
let platform: TestPlatform
let folder: string

beforeAll(async () => {
  platform = await sharedPlatform()
  folder = await mkdtemp(join(tmpdir(), 'elves-sign-in-guide-'))
  await mkdir(join(folder, '.elves'))
  await writeFile(join(folder, '.elves', 'standalone.json'), `${JSON.stringify(platform.ready(), null, 2)}\n`)
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await platform?.dispose()
})

function samples(page: string, language: string): string {
  const text = readFileSync(join(import.meta.dirname, page), 'utf8')
  const found = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, sample = '']) => sample)
  expect(found.length, page).toBe(1)
  return found.join('').replaceAll('127.0.0.1:4100', new URL(platform.ready().url).host)
}

async function run(command: string, ...args: readonly string[]): Promise<string> {
  const env = { ...cleanEnv(), TOKEN: platform.ready().token }
  return (await promisify(execFile)(command, args, { cwd: folder, env })).stdout
}

test.each(['sign-in.md', 'sign-in.zh-CN.md'])('%s: a program reads the token, and is let in over HTTP and WebSocket', async (page) => {
  const version = expect.stringMatching(/^\d+\.\d+\.\d+$/)
  expect(JSON.parse(await run('bash', '-euc', samples(page, 'sh')))).toEqual({ data: { platform: { version } } })
  await writeFile(join(folder, 'follow.mjs'), samples(page, 'js'))
  expect((await run(process.execPath, 'follow.mjs')).trim()).toEqual(version)
})

test('the link of the start message signs a browser in', async () => {
  const { url, token } = platform.ready()
  const opened = await fetch(`${url}/?token=${token}`, { redirect: 'manual' })
  const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const headers = { cookie, origin: url, 'content-type': 'application/json' }
  const asked = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query: '{ platform { version } }' }) })
  expect([opened.status, asked.status]).toEqual([303, 200])
  const refused = await fetch(`${url}/graphql?query={platform{version}}`)
  expect([refused.status, await refused.text()]).toEqual([401, expect.stringContaining('UNAUTHENTICATED')])
})
