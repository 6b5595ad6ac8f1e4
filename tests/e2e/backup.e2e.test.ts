import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cleanEnv, newDataDir, startPlatform, type TestPlatform, testedRunner } from '../support/platform.ts'
import { waitFor } from '../support/wait-for.ts'

/** `npm run backup` and `npm run restore` with the commands of docs/guides/backup.md. */

const root = join(import.meta.dirname, '..', '..')
let platform: TestPlatform
let files: string

beforeEach(async () => {
  files = await mkdtemp(join(tmpdir(), 'elves-backup-'))
  platform = await startPlatform()
})

afterEach(async () => {
  await platform?.dispose()
  await rm(files, { recursive: true, force: true })
})

interface Called {
  readonly code: number
  readonly stderr: string
}

/** Runs the guide's command with this name, with its sample path replaced by our folder. */
async function guideCommand(name: string, dataDir: string): Promise<Called> {
  const guide = await readFile(join(root, 'docs', 'guides', 'backup.md'), 'utf8')
  const line = new RegExp(`^(?:ELVES_DATA_DIR=\\S+ )?(npm run ${name}\\b.*)$`, 'm').exec(guide)?.[1]
  if (line === undefined) throw new Error(`the guide has no npm run ${name}`)
  const [program = '', ...args] = line.replace('/var/backups', files).split(' ')
  const env = { ...cleanEnv(), ELVES_DATA_DIR: dataDir }
  return promisify(execFile)(program, args, { cwd: root, env }).then(
    ({ stderr }) => ({ code: 0, stderr }),
    (error: Called) => ({ code: error.code, stderr: error.stderr }),
  )
}

const runTask = `mutation ($input: RunTaskInput!) { runTask(input: $input) { task { id state } refusal { code } } }`
type Ran = { readonly runTask: { readonly task: { readonly id: string; readonly state: string } | null } }

async function runOne(key: string): Promise<string> {
  const input = { agent: platform.ready().agents[0]?.ip, app: 'apptest', func: 'helloword', idempotencyKey: key }
  const { runTask: ran } = await platform.graphql<Ran>(runTask, { input })
  expect(ran.task?.state).toBe('SUCCEEDED')
  return ran.task?.id ?? ''
}

async function stateOf(id: string): Promise<string | null> {
  const { task } = await platform.graphql<{ task: { state: string } | null }>('query ($id: ID!) { task(id: $id) { state } }', { id })
  return task?.state ?? null
}

const logId = async () =>
  (await platform.graphql<{ platform: { headPosition: string } }>('{ platform { headPosition } }')).platform.headPosition.split('-')[0]

async function tokens(): Promise<string[]> {
  const text = await readFile(join(files, 'marks'), 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => line.split(' ')[0] || [])
}

/** Starts a task whose worker notes its start on disk and then goes on; resolves once the note is there. */
async function startSlow(token: string): Promise<string> {
  const param = { file: join(files, 'marks'), token, seconds: 3 }
  const input = { agent: platform.ready().agents[0]?.ip, app: 'apptest', func: 'mark', param, wait: false }
  const { runTask: ran } = await platform.graphql<Ran>(runTask, { input })
  await waitFor(async () => (await tokens()).includes(token))
  return ran.task?.id ?? ''
}

test.runIf(testedRunner === 'standalone')(
  'what is restored is the history up to the backup, as another log, with the same agent and keys; nothing runs a second time',
  async () => {
    const before = await runOne('before')
    const [oldLog, { id: agentId }, { authKey }] = [await logId(), platform.ready().agents[0] ?? { id: '' }, platform.ready()]
    const running = await startSlow('running')
    await waitFor(async () => (await stateOf(running)) === 'RUNNING')
    expect(await guideCommand('backup', platform.dataDir)).toMatchObject({ code: 0 })
    const after = await runOne('after')
    expect((await guideCommand('restore', platform.dataDir)).stderr).toContain('[DATA_FOLDER_IN_USE]')
    expect(await platform.stop()).toBe(0)
    expect((await guideCommand('restore', platform.dataDir)).stderr).toContain('[DATA_FOLDER_NOT_EMPTY]')

    // Restore into an empty folder: the agent has the same id and an empty journal.
    const dataDir = await newDataDir()
    expect(await guideCommand('restore', dataDir)).toMatchObject({ code: 0 })
    const original = platform
    platform = await startPlatform({ dataDir })
    try {
      expect(platform.ready()).toMatchObject({ authKey, agents: [{ id: agentId }] })
      expect([await stateOf(before), await stateOf(after)]).toEqual(['SUCCEEDED', null])
      await waitFor(async () => (await stateOf(running)) === 'LOST')
      expect(await logId()).not.toBe(oldLog)
      expect(await runOne('before')).toBe(before)
      expect(await guideCommand('verify', dataDir)).toMatchObject({ code: 0 })
    } finally {
      await platform.dispose()
      platform = original
    }

    // Restore over a history that goes on after the backup: the journal stays, and the earlier database is put aside.
    expect(await guideCommand('restore.*--replace', platform.dataDir)).toMatchObject({ code: 0 })
    await platform.start()
    expect(platform.ready()).toMatchObject({ authKey, agents: [{ id: agentId }] })
    expect([await stateOf(before), await stateOf(after)]).toEqual(['SUCCEEDED', null])
    await waitFor(async () => (await stateOf(running)) === 'LOST')
    expect(await tokens()).toEqual(['running'])
    await platform.stop()
    await removeAside(platform.dataDir)
  },
)

async function removeAside(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) if (name.startsWith('before-restore-')) await removeDataFolder(join(dataDir, name, 'postgres'))
}
