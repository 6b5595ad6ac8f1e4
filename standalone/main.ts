import { join } from 'node:path'
import { commandLine } from '@elves/core/foundation/command-line.ts'
import { settingsHelp } from '@elves/core/foundation/setting-readers.ts'
import { runPlatform } from './run-platform.ts'

/** `npm start`: everything on this machine, until Ctrl-C. */
if (import.meta.main) {
  const meaning =
    'The platform on this machine, with one local agent, until Ctrl-C: GraphQL and REST v2, at 127.0.0.1 only where nothing else is said.'
  const { listen } = commandLine('npm start --', meaning, settingsHelp('npm start'))
    .option(
      '--listen <address>',
      'a second door over TLS, for agents on other machines and for everybody else there: 0.0.0.0, 10.0.0.5:4140 (ELVES_LISTEN)',
    )
    .parse()
    .opts<{ listen?: string }>()
  await runPlatform(
    { ...process.env, ...(listen === undefined ? {} : { ELVES_LISTEN: listen }) },
    async (options) => {
      const { standalonePlan } = await import('./standalone.ts')
      return standalonePlan(options)
    },
    join(import.meta.dirname, 'all-code.ts'),
  )
}
