import { mkdir, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One compile cache for the programs of all runs: otherwise each would compile the same code again. Use it as NODE_COMPILE_CACHE. */
export const compileCache = join(tmpdir(), 'elves-test-compile-cache')
const agentCache = join(tmpdir(), 'elves-test-agent-cache')

/** Has the agent of a new data folder take what the agents of other tests compiled; its first start takes a third of the time then. */
export async function linkAgentCache(agentDataDir: string): Promise<void> {
  await mkdir(agentCache, { recursive: true, mode: 0o700 })
  await symlink(agentCache, join(agentDataDir, 'cache'))
}
