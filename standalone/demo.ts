import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noArguments } from '@elves/core/foundation/command-line.ts'
import { startError } from '@elves/core/foundation/start-error.ts'
import { historyTable } from './demo/history-table.ts'
import { queueOfTasks, retriedTask, schedule } from './demo/kinds.ts'
import { ownCron } from './demo/own-cron.ts'
import { runOverGraphql, runOverRest, taskHistory } from './demo/tasks.ts'
import { launched } from './launched.ts'
import { removeDataFolder } from './postgres/data-folder.ts'
import type { Ready } from './ready-file.ts'

/** A start takes seconds, but not on a machine that is busy with other things. */
const startLimitMs = 180_000

/** `npm run demo`: starts a platform in a temporary data folder and runs tasks on it. */
async function demo(say: (text: string) => void): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'elves-demo-'))
  await chmod(dataDir, 0o755)
  try {
    say('Starting the platform: database, services, one agent …')
    const startedAt = performance.now()
    const cronFile = join(dataDir, 'cron.json')
    const env = { ...process.env, ELVES_HTTP_PORT: '0', ELVES_DATABASE_URL: '', ELVES_AGENT_CRON_FILE: cronFile }
    const platform = await launched({ dataDir, env, timeoutMs: startLimitMs })
    try {
      say(`Ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s at ${platform.ready.url}\n`)
      await mainJob(platform.ready, say)
      say(`${await ownCron(platform.ready, { cronFile, appsDir: join(dataDir, 'apps') })}\n`)
    } finally {
      say('Stopping …')
      await platform.stop()
    }
    if (platform.child.exitCode !== 0) throw new Error(`the platform did not stop cleanly:\n${platform.output()}`)
    say('Done: nothing is left running, and the throw-away data folder is gone.')
  } finally {
    await removeDataFolder(join(dataDir, 'postgres'))
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function mainJob(ready: Ready, say: (text: string) => void): Promise<void> {
  for (const [door, run] of [
    ['REST v2', runOverRest],
    ['GraphQL', runOverGraphql],
  ] as const) {
    const { id, message } = await run(ready)
    say(`apptest.helloword over ${door} answered: ${message}`)
    say(`What happened to task ${id}:\n\n${historyTable(await taskHistory(ready, id))}\n`)
  }
  for (const shown of [queueOfTasks, schedule, retriedTask]) say(`${await shown(ready)}\n`)
}

noArguments(
  'npm run demo --',
  'A task of each kind, in a throw-away data folder: at once over each door, of a queue, of a schedule, one that is tried again when its agent was killed, and one by an agent’s own cron, whose result goes to a processor.',
)
demo((text) => process.stdout.write(`${text}\n`)).catch((error: unknown) => {
  process.stderr.write(`\nThe demo failed: ${startError(error).message}\n`)
  process.exitCode = 1
})
