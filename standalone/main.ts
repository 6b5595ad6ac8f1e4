import { runPlatform } from './run-platform.ts'

/** `npm start`: everything on this machine, until Ctrl-C. */
await runPlatform(process.env, async (options) => {
  const { standalonePlan } = await import('./standalone.ts')
  return standalonePlan(options)
})
