import { commandLine } from '@elves/core/foundation/command-line.ts'
import { restoreBackup } from './backup/restore-backup.ts'
import { toolProcess } from './tool-process.ts'

const meaning = [
  'Makes the data folder (ELVES_DATA_DIR) from a file of npm run backup. The platform must be stopped.',
  'The file is checked whole before anything is touched; the log gets a new id, and the next start makes the read models from it.',
].join(' ')
const notes = 'Exit code: 0 done, 2 it failed and the data folder is as it was, 130 interrupted.'

const program = commandLine('npm run restore --', meaning, notes)
  .argument('<file>', 'made by npm run backup')
  .option('--replace', 'where the data folder has a history: put that aside', false)
  .parse()
const { replace } = program.opts<{ replace: boolean }>()

await toolProcess('restore', process.env, async (ground) => {
  const say = (text: string): void => void process.stderr.write(`restore: ${text}\n`)
  const { dataDir, events, aside } = await restoreBackup({ ...ground, say, file: program.args[0] ?? '', isReplacing: replace })
  process.stdout.write(`${dataDir} has ${events} events. The next start makes the read models from them.\n`)
  if (aside !== null) process.stdout.write(`What was there before is in ${aside}; remove it when it is not wanted any more.\n`)
  return 0
})
