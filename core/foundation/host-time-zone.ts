import { realpathSync } from 'node:fs'
import type { Logger } from './log.ts'

/** `CST-8`, `<+08>-8`, `UTC0`: hours west of UTC, without daylight saving time. */
const posixOffset = /^(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)([+-]?)(\d{1,2})(?::00){0,2}$/
const zoneinfo = /\/zoneinfo\/(?:posix\/|right\/)?(.+)$/

/**
 * The name of this host's time zone, as the variable TZ or the system says it. The name is always one that Intl takes: Intl itself
 * tells no name, or a wrong one, where TZ is a file or a POSIX offset. A zone that has no name is taken for UTC, with a warning in the log.
 */
export function hostTimeZone(logger?: Pick<Logger, 'warn'>, tz: string | undefined = process.env['TZ']): string {
  const found = tz === undefined ? nameOf(new Intl.DateTimeFormat().resolvedOptions().timeZone) : zoneOf(tz.replace(/^:/, ''))
  if (found === null) logger?.warn({ TZ: tz }, 'the time zone of this host has no name that can be used; crons and times of REST are in UTC')
  return found ?? 'UTC'
}

function zoneOf(tz: string): string | null {
  if (tz === '') return 'UTC'
  if (tz.startsWith('/')) return nameOf(zoneinfo.exec(tz)?.[1]) ?? nameOf(zoneinfo.exec(realPath(tz))?.[1])
  const [, sign, hours] = posixOffset.exec(tz) ?? []
  if (hours === undefined) return nameOf(tz)
  return Number(hours) === 0 ? 'UTC' : nameOf(`Etc/GMT${sign === '-' ? '-' : '+'}${Number(hours)}`)
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return ''
  }
}

/** Returns Intl's own name of the zone; null if it knows none of this name, or it is an offset. */
function nameOf(zone: string | undefined): string | null {
  if (zone === undefined || !/^[A-Za-z]/.test(zone)) return null
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    return null
  }
}
