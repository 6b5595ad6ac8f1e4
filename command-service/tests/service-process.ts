import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { compileCache } from '@elves/tests/support/compile-cache.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'

/** An entry point of command-service as a process of its own, which a test may stop and kill. */
export interface ServiceChild {
  readonly child: ChildProcess
  readonly url: string
  isReady(): Promise<boolean>
  /** Resolves when the process has gone. */
  kill(signal: NodeJS.Signals): Promise<void>
}

/** Resolves when the process is ready; throws with its output if it ends before. */
export async function serviceChild(main: 'main.ts' | 'gateway-main.ts', env: Readonly<Record<string, string>>): Promise<ServiceChild> {
  const args = [join(import.meta.dirname, '..', main)]
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compileCache, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const url = await waitFor(
    () => {
      if (hasEnded()) return ''
      return /"url":"(http[^"]+)"/.exec(output)?.[1]
    },
    { what: 'the process to listen', timeoutMs: 40_000 },
  )
  if (url === '') throw new Error(`it ended:\n${output}`)
  const isReady = () =>
    fetch(`${url}/readyz`, { signal: AbortSignal.timeout(1_000) }).then(
      ({ ok }) => ok,
      () => false,
    )
  await waitFor(isReady, { what: 'the process to be ready' })
  return {
    child,
    url,
    isReady,
    async kill(signal) {
      if (hasEnded()) return
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    },
  }
}
