import { closest } from 'fastest-levenshtein'
import { ElvesError } from './errors.ts'
import { type SettingName, type Settings, settings } from './settings.ts'

const names = Object.keys(settings) as SettingName[]

/**
 * All settings from the environment, frozen. Throws CONFIG_UNKNOWN for an `ELVES_*` variable that nobody knows, with
 * the nearest name, and CONFIG_INVALID for a value that does not fit. A variable that is set to nothing counts as not set.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  for (const name of Object.keys(env)) {
    if (!name.startsWith('ELVES_') || Object.hasOwn(settings, name)) continue
    const suggestion = closest(name, names)
    throw new ElvesError('CONFIG_UNKNOWN', `${name} is not a setting of Elves; did you mean ${suggestion}?`, { facts: { name, suggestion } })
  }
  return Object.freeze(Object.fromEntries(names.map((name) => [name, readSetting(name, env[name])]))) as Settings
}

function readSetting(name: SettingName, given: string | undefined): unknown {
  const { type, fallback } = settings[name]
  if (given === undefined || given === '') return fallback
  const value = type.read(given)
  if (value !== undefined) return value
  throw new ElvesError('CONFIG_INVALID', `${name}=${given}: expected ${type.expects}`, { facts: { name } })
}
