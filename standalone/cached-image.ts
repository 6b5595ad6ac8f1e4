import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'

const longestFillMs = 120_000

/**
 * Replaces this process, same pid, by an image of it whose code comes from the compile cache, also what is loaded first. What turns
 * TypeScript into JavaScript is then not loaded at all, neither here nor in a thread: each would keep it for good. The first time,
 * `program`, which imports all code, fills the cache. Returns where that is not possible, or was done before; the cache is then on from
 * here.
 */
export function useCachedImage(cacheDir: string, program: string): void {
  // Set by the image before, or by somebody who has a cache of theirs.
  const isCached = process.env['NODE_COMPILE_CACHE'] !== undefined
  if (!isCached && process.execve !== undefined && isFilled(cacheDir, program)) {
    const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined))
    process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], { ...env, NODE_COMPILE_CACHE: cacheDir })
  }
  enableCompileCache(cacheDir)
}

/** Code that changed since is compiled as it is loaded, and is in the cache from then on. */
function isFilled(cacheDir: string, program: string): boolean {
  const filled = join(cacheDir, `filled-by-node-${process.version}`)
  if (existsSync(filled)) return true
  const env = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: cacheDir }
  const { status } = spawnSync(process.execPath, [program], { env, stdio: 'ignore', timeout: longestFillMs })
  if (status !== 0) return false
  writeFileSync(filled, '')
  return true
}
