import { commandLine } from '@elves/core/foundation/command-line.ts'
import { backUp } from './backup/back-up.ts'
import { databaseOption } from './database-of-tool.ts'
import { toolProcess } from './tool-process.ts'

const meaning = [
  'Saves the log with the keys of the platform and the ids of its agents into one file, while the platform runs or while it is stopped.',
  'npm run restore makes a data folder from it.',
].join(' ')
const notes = 'The file holds secrets: only its owner may read it. Exit code: 0 done, 2 it failed and there is no file, 130 interrupted.'

const program = commandLine('npm run backup --', meaning, notes)
  .argument('<file>', 'where to; must not be there yet')
  .option(...databaseOption)
  .parse()
const { databaseUrl } = program.opts<{ databaseUrl?: string }>()

await toolProcess('backup', process.env, async (ground) => {
  const made = await backUp({ ...ground, databaseUrl, file: program.args[0] ?? '' })
  process.stdout.write(`${made.events} events are in ${made.path} (SHA-256 of its lines: ${made.sha256}).\n`)
  return 0
})
