import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { forked } from '../forked.ts'
import type { PartMessage } from './part.ts'
import type { SwarmOptions } from './swarm.ts'
import { addTotals, noTotals, type SwarmTotals } from './swarm-totals.ts'

export interface SwarmProcesses {
  totals(): SwarmTotals
  /** Rejects if a process dies or refuses its options. */
  readonly failed: Promise<never>
  /** Stops all processes; resolves with the last totals. */
  stop(): Promise<SwarmTotals>
}

/** Spreads a swarm over several processes, because one core can not carry any number of agents. */
export function swarmProcesses(options: Omit<SwarmOptions, 'logger'>, processes: number): SwarmProcesses {
  const totals: SwarmTotals[] = []
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  let isStopping = false
  const parts = shares(options.agents, processes).map(({ first, agents }, index) => {
    totals[index] = { ...noTotals(), agents }
    const child = forked(join(import.meta.dirname, 'part.ts'), [], ['ignore', 'inherit', 'inherit', 'ipc'])
    child.send({ ...options, first, agents })
    child.on('message', (message: PartMessage) => {
      if ('error' in message) failed.reject(new Error(message.error))
      else totals[index] = message.totals
    })
    child.once('exit', (code, signal) => {
      if (!isStopping) failed.reject(new Error(`a process of the swarm ended: ${signal ?? `exit code ${code}`}`))
    })
    return child
  })
  return {
    totals: () => addTotals(totals),
    failed: failed.promise,
    async stop() {
      isStopping = true
      await Promise.all(parts.map(stopPart))
      return addTotals(totals)
    },
  }
}

function shares(agents: number, processes: number): { first: number; agents: number }[] {
  const each = Math.ceil(agents / processes)
  return Array.from({ length: processes }, (_, index) => ({ first: index * each, agents: Math.max(0, Math.min(each, agents - index * each)) }))
}

function stopPart(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    if (child.connected) child.send('stop')
  })
}
