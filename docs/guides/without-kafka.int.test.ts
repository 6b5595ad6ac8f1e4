import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { freePort } from '@elves/standalone/free-port.ts'
import { compileCache } from '@elves/tests/support/compile-cache.ts'
import { type EventingDatabase, eventingDatabase } from '@elves/tests/support/eventing-database.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'

/** The commands of the guide, run in their order by a shell, do what it says. Only ports and the database are others. */

const root = join(import.meta.dirname, '..', '..')
let folder: string
let database: EventingDatabase
let services: ChildProcess | null = null

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elves-guide-'))
  // The guide is read in the project's own folder; its files go into a throw-away one.
  for (const name of [
    'node_modules',
    'command-service',
    'projection-service',
    'query-service',
    'agent',
    'core',
    'schemas',
    'examples',
    'package.json',
  ])
    await symlink(join(root, name), join(folder, name))
  database = await eventingDatabase()
})

afterEach(async () => {
  const group = services?.pid
  if (group !== undefined) {
    process.kill(-group, 'SIGTERM')
    await waitFor(() => !isAlive(group), { timeoutMs: 30_000, what: 'the end of all that the guide started' })
  }
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

/** Returns true if a process of the group is still there. */
function isAlive(group: number): boolean {
  try {
    return process.kill(-group, 0)
  } catch {
    return false
  }
}

test('three processes, a database and an agent run a task', async () => {
  const guide = await readFile(join(import.meta.dirname, 'without-kafka.md'), 'utf8')
  const [write, serve, join_, run] = [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, commands = '']) => commands)
  const [http, command, projection] = [await freePort(), await freePort(), await freePort()]
  const here = (commands = '') =>
    commands
      .replaceAll('4100', String(http))
      .replaceAll('4110', String(command))
      .replace('postgres://elves:secret@127.0.0.1:5432/elves', database.url)
  // With a process group of its own, so that what the shell started ends with it.
  services = spawn('sh', ['-ec', `${here(write)}\n${here(serve)}\n${here(join_)}\nwait`], {
    cwd: folder,
    detached: true,
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: compileCache,
      ELVES_HTTP_PORT: String(http),
      ELVES_COMMAND_PORT: String(command),
      ELVES_PROJECTION_PORT: String(projection),
      ELVES_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let answer = ''
  await waitFor(
    async () => {
      const curl = spawn('sh', ['-c', here(run)], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
      answer = await text(curl.stdout)
      if (answer.includes('SUCCEEDED')) return true
      throw new Error(answer)
    },
    { timeoutMs: 60_000, what: 'a task that succeeds' },
  )
  expect(JSON.parse(answer).data.runTask).toEqual({ task: { state: 'SUCCEEDED', result: { message: 'hello word!' } }, refusal: null })
}, 120_000)
