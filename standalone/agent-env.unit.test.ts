import { expect, test } from 'vitest'
import { agentEnv } from './agent-env.ts'

test('gives the agent its own settings and nothing that opens the center', () => {
  const env = {
    PATH: '/bin',
    NODE_COMPILE_CACHE: '/shared',
    ELVES_AUTH_KEY: 'secret',
    ELVES_DATABASE_URL: 'postgres://secret',
    ELVES_AGENT_CONCURRENCY: '3',
    ELVES_LOG_LEVEL: 'warn',
  }
  expect(agentEnv(env, { ELVES_GATEWAY_URL: 'ws://x', ELVES_AGENT_DATA_DIR: '/d', ELVES_AGENT_APPS_DIR: '/a' })).toEqual({
    PATH: '/bin',
    ELVES_AGENT_CONCURRENCY: '3',
    // It is beside the center.
    ELVES_AGENT_WORKER_IDLE_AFTER_MS: '1000',
    ELVES_LOG_LEVEL: 'warn',
    ELVES_GATEWAY_URL: 'ws://x',
    ELVES_AGENT_DATA_DIR: '/d',
    ELVES_AGENT_APPS_DIR: '/a',
  })
  expect(agentEnv({ ELVES_AGENT_WORKER_IDLE_AFTER_MS: '0' }, {})).toEqual({ ELVES_AGENT_WORKER_IDLE_AFTER_MS: '0' })
})
