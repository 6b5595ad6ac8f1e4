import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hostTimeZone } from './host-time-zone.ts'

const named: readonly (readonly [string, string])[] = [
  ['Asia/Shanghai', 'Asia/Shanghai'],
  [':Asia/Shanghai', 'Asia/Shanghai'],
  ['/usr/share/zoneinfo/Asia/Shanghai', 'Asia/Shanghai'],
  [':/usr/share/zoneinfo/posix/Asia/Shanghai', 'Asia/Shanghai'],
  ['', 'UTC'],
  ['UTC', 'UTC'],
  ['UTC0', 'UTC'],
  ['CST-8', 'Etc/GMT-8'],
  ['<+08>-8', 'Etc/GMT-8'],
  ['GMT+3', 'Etc/GMT+3'],
  ['EST5', 'Etc/GMT+5'],
  ['CST-08:00', 'Etc/GMT-8'],
]

test.each(named)('TZ=%j is the zone %s, without a warning', (tz, zone) => {
  expect(warned(tz)).toEqual({ zone, warnings: [] })
})

test.each(['Nowhere/Land', 'CET-1CEST,M3.5.0,M10.5.0/3', 'IST-5:30', 'CST-99', '/no/such/file', '+08:00'])('TZ=%j is UTC, with a warning', (tz) => {
  expect(warned(tz)).toEqual({ zone: 'UTC', warnings: [{ TZ: tz }] })
})

test('a link to a zone file names the zone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'elves-zone-'))
  try {
    symlinkSync('/usr/share/zoneinfo/Asia/Tokyo', join(folder, 'localtime'))
    expect(warned(`:${join(folder, 'localtime')}`)).toEqual({ zone: 'Asia/Tokyo', warnings: [] })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the zone has the offset that a process with this TZ has', () => {
  // Node itself does not understand two of them.
  const values = named.map(([tz]) => tz).filter((tz) => !tz.startsWith('<') && !tz.endsWith(':00'))
  const script = `
    import { hostTimeZone } from ${JSON.stringify(new URL('./host-time-zone.ts', import.meta.url).href)}
    for (const tz of ${JSON.stringify([...values, ':/etc/localtime', 'Nowhere/Land'])}) {
      process.env.TZ = tz
      const there = new Date(0).toLocaleString('en', { timeZone: hostTimeZone() })
      console.log(JSON.stringify({ tz, there, here: new Date(0).toString().slice(16, 21) }))
    }`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines, stderr).toHaveLength(values.length + 2)
  for (const { tz, there, here } of lines) expect({ tz, at: new Date(`${there} UTC`).toISOString().slice(11, 16) }).toEqual({ tz, at: here })
})

function warned(tz: string): { zone: string; warnings: unknown[] } {
  const warnings: unknown[] = []
  const zone = hostTimeZone({ warn: (facts: unknown) => warnings.push(facts) } as never, tz)
  return { zone, warnings }
}
