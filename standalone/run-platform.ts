import { enableCompileCache } from 'node:module'
import { join, resolve } from 'node:path'
import { closeUmask, makeFolder } from '@elves/core/foundation/folders.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { startError } from '@elves/core/foundation/start-error.ts'
import { useCachedImage } from './cached-image.ts'
import type { Plan, RunnerOptions, Said } from './runner/plan.ts'
import { stopOnSignals } from './stop-on-signals.ts'

/**
 * Runs a platform in this process until Ctrl-C. Never rejects: a failed start is reported on stderr and ends the process. `allCode`: a
 * program that imports all code of the platform; with it, the process is replaced by one whose code is compiled.
 */
export async function runPlatform<ItsSaid extends Said>(
  env: NodeJS.ProcessEnv,
  planFor: (options: RunnerOptions) => Promise<Plan<ItsSaid>>,
  allCode: string | null = null,
): Promise<void> {
  try {
    await run(env, planFor, allCode)
  } catch (thrown) {
    const { code, message } = startError(thrown, resolve(env['ELVES_DATA_DIR'] || '.elves'))
    process.stderr.write(`\nElves does not start: [${code}] ${message}\n`)
    if (code === 'INTERNAL' && thrown instanceof Error && thrown.stack !== undefined) process.stderr.write(`${thrown.stack}\n`)
    process.exit(1)
  }
}

async function run<ItsSaid extends Said>(
  env: NodeJS.ProcessEnv,
  planFor: (options: RunnerOptions) => Promise<Plan<ItsSaid>>,
  allCode: string | null,
): Promise<void> {
  closeUmask()
  const settings = readSettings(env)
  const dataDir = resolve(settings.ELVES_DATA_DIR)
  makeFolder(dataDir)
  const cacheDir = join(dataDir, 'cache')
  if (allCode === null) enableCompileCache(cacheDir)
  else useCachedImage(cacheDir, allCode)
  // A closed terminal or pipe must not keep us from stopping cleanly.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  const say = (text: string) => void process.stdout.write(`${text}\n`)
  const options = { settings, env, dataDir, say }
  say(`Starting Elves on ${dataDir}`)
  // Imported after the cache is on: from the second start on, this takes a third of the time.
  const { runner } = await import('./runner/runner.ts')
  const platform = runner(await planFor(options), options)
  const isStopping = stopOnSignals({ platform, say, isStartedByNpm: env['npm_lifecycle_event'] !== undefined })
  await platform.ready.catch((error: unknown) => {
    // The start did not fail: it was told to end, and reports that itself.
    if (!isStopping()) throw error
  })
}
