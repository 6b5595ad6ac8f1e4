import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { isAlive } from '@elves/tests/support/processes.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { expect, test } from 'vitest'

/** A process that forks a waiting child, reports the child's pid, and then waits itself. */
function parent(): ChildProcess {
  const script = `
    const { forked } = await import(${JSON.stringify(join(import.meta.dirname, 'forked.ts'))})
    const child = forked(${JSON.stringify(join(import.meta.dirname, 'baselines', 'waiting.ts'))}, [], ['ignore', 'ignore', 'inherit', 'ipc'])
    child.once('message', () => console.log(child.pid))`
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
}

test.each(['SIGKILL', 'SIGTERM'] as const)('a child of a benchmark ends with its parent, also by %s', async (signal) => {
  const killed = parent()
  const [pid] = (await once(killed.stdout ?? killed, 'data')).map(Number)
  expect(isAlive(pid ?? 0)).toBe(true)
  killed.kill(signal)
  await waitFor(() => !isAlive(pid ?? 0))
})
