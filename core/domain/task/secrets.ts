import { failedOutput } from '@elves/schemas/codec/value.ts'
import type { Decision } from '../decision.ts'
import type { UseSecrets, WithholdSecrets } from './commands.ts'
import type { TaskEvent } from './events.ts'
import { isRetried, nextAttempt } from './retry.ts'
import type { TaskState } from './state.ts'

export function useSecrets({ attempt, secrets, fingerprint }: UseSecrets, state: TaskState): Decision<TaskEvent> {
  const { phase, agentId, app, secretsUsed } = state
  if (phase !== 'DISPATCHED' || attempt !== state.attempt) return []
  const same = (one: Omit<UseSecrets, 'type'>) =>
    JSON.stringify([one.attempt, one.fingerprint, one.secrets.map(({ name, version }) => [name, version])])
  if (secretsUsed && same(secretsUsed) === same({ attempt, secrets, fingerprint })) return []
  return [{ type: 'TaskSecretsUsed', data: { agentId, app, attempt, secrets, fingerprint } }]
}

export function withholdSecrets({ attempt, failure, now }: WithholdSecrets, state: TaskState): Decision<TaskEvent> {
  const { phase, agentId, app, retry, secretsUsed } = state
  if (phase !== 'DISPATCHED' || attempt !== state.attempt || secretsUsed?.attempt === attempt) return []
  const output = failedOutput(failure.message)
  if (retry !== null && isRetried(state, 'FAILED')) {
    return nextAttempt(state, retry, { happenedAt: now, outcome: 'FAILED', failure, output, killed: null }, now)
  }
  return [{ type: 'TaskFailed', data: { agentId, app, attempt, happenedAt: now, isLate: false, failure, output, killed: null } }]
}
