import { noArguments } from '@elves/core/foundation/command-line.ts'
import { settingsHelp } from '@elves/core/foundation/setting-readers.ts'
import { runPlatform } from './run-platform.ts'

const meaning = 'The platform on this machine, with one local agent, until Ctrl-C: GraphQL and REST v2 at 127.0.0.1 only.'
noArguments('npm start --', meaning, settingsHelp('npm start'))

/** `npm start`: everything on this machine, until Ctrl-C. */
await runPlatform(process.env, async (options) => {
  const { standalonePlan } = await import('./standalone.ts')
  return standalonePlan(options)
})
