import type { ScheduleSettings } from './settings.ts'

/** Settings of a schedule, for tests. */
export function scheduleSettings(changes: Partial<ScheduleSettings> = {}): ScheduleSettings {
  return {
    name: 'nightly',
    rule: '0 30 2 * * ?',
    timeZone: 'UTC',
    startsAt: null,
    endsAt: null,
    misfire: 'FIRE_ONCE',
    misfireGraceMs: 300_000,
    overlap: 'ALLOW',
    agent: '10.0.0.1',
    agentId: 'a'.repeat(32),
    app: 'apptest',
    func: 'helloword',
    param: null,
    proxy: null,
    processor: false,
    timeoutMs: 90_000,
    startWithinMs: 30_000,
    retry: null,
    ...changes,
  }
}
