import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { expect, test } from 'vitest'
import { agentSettings } from './agent-settings.ts'

function limitsOf(env: Record<string, string>) {
  return agentSettings(readSettings({ ELVES_GATEWAY_URL: 'ws://localhost/gateway', ...env })).limits
}

test.each([
  [{}, 16, 12],
  [{ ELVES_AGENT_CONCURRENCY: '4' }, 4, 3],
  [{ ELVES_AGENT_CONCURRENCY: '1' }, 1, 1],
  [{ ELVES_AGENT_APP_CONCURRENCY: '16' }, 16, 16],
])('one app has a share of the slots unless another number is given: %j', (env, concurrency, appConcurrency) => {
  expect(limitsOf(env as Record<string, string>)).toMatchObject({ concurrency, appConcurrency })
})
