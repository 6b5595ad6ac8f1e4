import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { removeDataFolder } from '@elves/standalone/postgres/data-folder.ts'
import { processesOf } from './processes.ts'
import { waitFor } from './wait-for.ts'

/** Ends all processes that work on a data folder, and removes it. */
export async function removePlatform(dataDir: string): Promise<void> {
  // The runner restarts what dies, and an agent may start what a worker leaves, so repeat until no process is left.
  await waitFor(
    async () => {
      const left = await processesOf(dataDir)
      for (const { pid } of left) killIfAlive(pid)
      return left.length === 0
    },
    { what: 'the end of what a test left' },
  )
  await removeDataFolder(join(dataDir, 'postgres'))
  await rm(dataDir, { recursive: true, force: true })
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // the process has ended meanwhile
  }
}
