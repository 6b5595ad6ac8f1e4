#!/usr/bin/env node
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { enableCompileCache, flushCompileCache } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'

/*
 * Turning TypeScript into JavaScript costs a process 30 MB that it never gives back (measured: 106 MB against 74 MB).
 * So this image of the process fills the compile cache and then replaces itself, same pid, by one that only reads it.
 * The small young generation saves 5 MB more; an agent makes little garbage.
 * Nothing of ours is imported before the cache is on: what was compiled before is not in it, and one file that is missing makes the
 * second image load all that turns TypeScript into JavaScript (measured: 105 MB against 90 MB).
 */
const cacheDir = resolve(process.env['ELVES_AGENT_DATA_DIR'] || '.elves-agent', 'cache')
const isServing = process.argv.length === 2

if (isServing && process.execve !== undefined && (await fillCache())) {
  const args = [process.execPath, ...process.execArgv, '--max-semi-space-size=1', join(import.meta.dirname, 'main-cached.ts')]
  const { handOver, withoutSettings } = await import('./hand-over.ts')
  // The settings contain secrets, and every worker could read the environment that a process was started with.
  if (handOver(cacheDir, process.env)) process.execve(process.execPath, args, { ...withoutSettings(process.env), NODE_COMPILE_CACHE: cacheDir })
}
const { runAgent } = await import('./run-agent.ts')
await runAgent(process.argv, process.env)

/**
 * Returns false if the cache can't be made; then the agent runs without it and needs more memory. After an upgrade, the
 * new code updates the cache as it is loaded.
 */
async function fillCache(): Promise<boolean> {
  const filled = join(cacheDir, `filled-by-node-${process.version}`)
  if (existsSync(filled)) return true
  try {
    makeFolder(dirname(cacheDir), 0o700)
    makeFolder(cacheDir, 0o700)
    enableCompileCache(cacheDir)
    await import('./main-cached.ts')
    flushCompileCache()
    writeFileSync(filled, '')
    return true
  } catch {
    return false
  }
}

/** Like that of core/foundation, which can't be imported yet. */
function makeFolder(folder: string, mode: number): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder), 0o755)
  mkdirSync(folder, { mode })
}
