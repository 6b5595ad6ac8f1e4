import type { CommandServiceSettings } from '../command-service-settings.ts'
import { testToken } from './test-agent.ts'

export const testSettings: CommandServiceSettings = {
  startAllowanceMs: 30_000,
  deadlineGraceMs: 15_000,
  resendAfterMs: 2_000,
  agentLostAfterMs: 30_000,
  pingIntervalMs: 10_000,
  joinToken: testToken,
  output: { days: 7, bytes: 2 ** 32 },
  keylessAgents: true,
  signingKey: '',
  serviceSecret: 'secret',
  webhooks: { networks: 'all', timeoutMs: 2_000, retryMs: 50, longestRetryMs: 200, giveUpMs: 60_000, failingAfterMs: 500 },
  shutdownMs: 10_000,
}
