import { mkdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join, resolve } from 'node:path'
import { asElvesError } from '@elves/core/foundation/errors.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { stopOnSignals } from './stop-on-signals.ts'

/** `npm start`: everything on this machine, until Ctrl-C. */
async function main(): Promise<void> {
  const settings = readSettings(process.env)
  const dataDir = resolve(settings.ELVES_DATA_DIR)
  mkdirSync(dataDir, { recursive: true })
  enableCompileCache(join(dataDir, 'cache'))
  // Loaded after the cache is on: from the second start on this takes a third of the time.
  const [{ runner }, { standalonePlan }] = await Promise.all([import('./runner/runner.ts'), import('./standalone.ts')])
  // A terminal or pipe that is gone must not keep us from stopping cleanly.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  const say = (text: string) => void process.stdout.write(`${text}\n`)
  const starting = runner(standalonePlan({ settings }), { settings, env: process.env, dataDir, say })
  const isStartedByNpm = process.env['npm_lifecycle_event'] !== undefined
  stopOnSignals({ platform: starting, say, isStartedByNpm })
  await starting.ready
}

main().catch((thrown: unknown) => {
  const { code, message } = asElvesError(thrown)
  process.stderr.write(`\nElves does not start: [${code}] ${message}\n`)
  if (code === 'INTERNAL' && thrown instanceof Error && thrown.stack !== undefined) process.stderr.write(`${thrown.stack}\n`)
  process.exit(1)
})
