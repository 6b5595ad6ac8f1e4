import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandServiceSettings } from '../command-service-settings.ts'
import { testToken } from './test-agent.ts'

export const testSettings: CommandServiceSettings = {
  appPackages: { kind: 'folder', folder: join(tmpdir(), 'elves-no-packages') },
  startAllowanceMs: 30_000,
  deadlineGraceMs: 15_000,
  resendAfterMs: 2_000,
  agentLostAfterMs: 30_000,
  pingIntervalMs: 10_000,
  joinToken: testToken,
  output: { days: 7, bytes: 2 ** 32 },
  audit: { keyFile: '', headMs: 100, headsFile: '', headsUrl: '' },
  keylessAgents: true,
  signingKey: '',
  masterKeys: { text: 'a master key for tests', file: '' },
  serviceSecret: 'secret',
  adminPassword: '',
  sessions: { idleMs: 3_600_000, longestMs: 86_400_000 },
  entering: { rolesOfGroups: [], takesNewUsers: true, admin: '' },
  watcher: { everyMs: 100, goneAfterMs: 15_000, lagMs: 60_000, freePercent: 0, certificateDays: 14 },
  inventoryFile: '',
  restMode: 'simple',
  webhooks: { networks: 'all', timeoutMs: 2_000, retryMs: 50, longestRetryMs: 200, giveUpMs: 60_000, failingAfterMs: 500 },
  shutdownMs: 10_000,
}
