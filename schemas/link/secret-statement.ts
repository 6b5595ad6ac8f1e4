import type { RunTask } from '../generated/types.ts'

/** What the values of secrets are sealed for (HPKE, `core/foundation/hpke.ts`): this agent, this attempt, and these names. Else they don't open. */
export function secretStatement(
  agentId: string,
  { taskId, attempt, secretNames }: { readonly taskId: string; readonly attempt: number; readonly secretNames: readonly string[] },
): { readonly info: string; readonly aad: string } {
  return { info: `elves secrets 1 ${agentId}`, aad: JSON.stringify([taskId, attempt, ...secretNames]) }
}

/** What an instruction has that uses no secrets. */
export const noSecrets: Pick<RunTask, 'secretNames' | 'sealedSecrets'> = { secretNames: [], sealedSecrets: Buffer.alloc(0) }
