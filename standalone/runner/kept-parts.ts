import type { Running } from '@elves/core/foundation/lifecycle.ts'
import type { Logger } from '@elves/core/foundation/log.ts'
import { type Instance, type KeepRunning, type KeptRunning, keptRunning } from '../kept-running.ts'

/** Everything that is kept running, in groups that stop together. */
export interface KeptParts {
  /** Makes a group; its `stop` stops all of its parts at once. Register the group on the stack before you keep the first part. */
  group(): KeptGroup
  /** Kills all of them without waiting. */
  killAll(): void
}

export interface KeptGroup extends Running {
  /** Starts a part and keeps it running; `restarted` is called before the ready file is written again. */
  keep<Kept extends Instance>(part: Omit<KeepRunning<Kept>, 'logger' | 'restarted'> & Partial<Restarted<Kept>>): Promise<KeptRunning<Kept>>
}

type Restarted<Kept extends Instance> = Pick<KeepRunning<Kept>, 'restarted'>

/** `announce` is called after each restart of any part. */
export function keptParts(logger: Logger, announce: () => Promise<void>): KeptParts {
  const all: KeptRunning<Instance>[] = []
  return {
    group() {
      const mine: KeptRunning<Instance>[] = []
      const starting = new Set<Promise<unknown>>()
      let isStopped = false
      const add = async <Kept extends Instance>(part: KeepRunning<Kept>): Promise<KeptRunning<Kept>> => {
        const kept = await keptRunning(part)
        all.push(kept)
        mine.push(kept)
        // The part was still starting when another part failed, or when the stop came.
        if (isStopped) await kept.stop()
        return kept
      }
      return {
        keep({ restarted, ...part }) {
          const adding = add({
            ...part,
            logger,
            async restarted(started) {
              await restarted?.(started)
              await announce()
            },
          })
          starting.add(adding)
          return adding.finally(() => starting.delete(adding))
        },
        async stop() {
          isStopped = true
          await Promise.allSettled(starting)
          await Promise.all(mine.map((kept) => kept.stop()))
        },
      }
    },
    killAll() {
      for (const kept of all) kill(kept.current().pid)
    },
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // the process is gone already
  }
}
