import type { KeyObject } from 'node:crypto'
import { openWithKey } from '@elves/core/foundation/hpke.ts'
import type { RunTask } from '@elves/schemas/generated/types.ts'
import { secretStatement } from '@elves/schemas/link/secret-statement.ts'

/** Opens what the center sealed for this agent. */
export interface SealedForAgent {
  /** Returns the secrets that came with an instruction, by name; null: they are for another key or another attempt, or were altered. */
  open(task: Pick<RunTask, 'taskId' | 'attempt' | 'secretNames' | 'sealedSecrets'>): ReadonlyMap<string, string> | null
}

/** `keys`: private keys of the agent. While it changes its key, the center may know either. */
export function sealedForAgent(agentId: string, keys: readonly KeyObject[]): SealedForAgent {
  return {
    open(task) {
      if (task.secretNames.length === 0) return new Map()
      const terms = secretStatement(agentId, task)
      for (const key of keys) {
        const opened = openWithKey(key, task.sealedSecrets, terms)
        if (opened !== null) return new Map(Object.entries(JSON.parse(opened.toString()) as Record<string, string>))
      }
      return null
    },
  }
}
