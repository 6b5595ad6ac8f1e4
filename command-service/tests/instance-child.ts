import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { DomainEventType } from '@elves/core/domain/events.ts'

/** Where an instance kills itself with SIGKILL: at its first append with such an event, before it reaches the store or when it is durable. */
export interface FaultPoint {
  readonly event: DomainEventType
  readonly when: 'before' | 'after'
}

/** An instance of the write side in a process of its own, which a test may stop, continue and kill. */
export interface InstanceChild {
  readonly child: ChildProcess
  /** Resolves with the signal that ended it. */
  readonly ended: Promise<NodeJS.Signals | null>
  kill(): Promise<void>
}

/** Resolves when it runs. Its standard error goes to that of the test. */
export async function instanceChild(databaseUrl: string, instanceId: string, fault: FaultPoint | null = null): Promise<InstanceChild> {
  const args = [databaseUrl, instanceId, ...(fault === null ? [] : [fault.event, fault.when])]
  const child = fork(join(import.meta.dirname, 'instance.fixture.ts'), args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] })
  const ended = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null)
  // With a fault point it may end before it says that it runs.
  await Promise.race([once(child, 'message'), ended])
  return {
    child,
    ended,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
