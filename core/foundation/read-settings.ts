import { closest } from 'fastest-levenshtein'
import { ElvesError } from './errors.ts'
import { type SettingName, type Settings, settings } from './settings.ts'

const names = Object.keys(settings) as SettingName[]

/** Variables of other makers' conventions that count where ours are not set. */
const standardNames: Readonly<Partial<Record<SettingName, string>>> = { ELVES_OTLP_ENDPOINT: 'OTEL_EXPORTER_OTLP_ENDPOINT' }

/** Names of settings that may hold a password. */
const hidden = /_URL$|SECRET|PASSWORD|TOKEN|AUTH/

interface Problem {
  readonly code: 'CONFIG_UNKNOWN' | 'CONFIG_INVALID'
  readonly text: string
  readonly facts: Readonly<Record<string, string>>
}

/**
 * Returns all settings from the environment, frozen. Throws one error that reports everything that is wrong: CONFIG_UNKNOWN
 * for unknown `ELVES_*` variables, with the nearest name, otherwise CONFIG_INVALID for values that do not fit and for
 * `needed` settings that are missing. An empty variable counts as not set.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>, needed: readonly SettingName[] = []): Settings {
  const problems: Problem[] = Object.keys(env).flatMap((name) => unknown(name) ?? [])
  const values = names.map((name) => {
    const given = env[name] || env[standardNames[name] ?? '']
    const value = readSetting(name, given)
    if (value === undefined) problems.push(misfit(name, given ?? ''))
    return [name, value]
  })
  for (const name of needed) {
    if ((env[name] ?? '') === '') problems.push({ code: 'CONFIG_INVALID', text: `${name} must be set: ${settings[name].meaning}`, facts: { name } })
  }
  if (problems.length > 0) throw problemsError(problems)
  return Object.freeze(Object.fromEntries(values)) as Settings
}

function unknown(name: string): Problem | null {
  if (!name.startsWith('ELVES_') || Object.hasOwn(settings, name)) return null
  const suggestion = closest(name, names)
  return { code: 'CONFIG_UNKNOWN', text: `${name} is not a setting of Elves; did you mean ${suggestion}?`, facts: { name, suggestion } }
}

/** Returns undefined if the text does not fit. */
function readSetting(name: SettingName, given: string | undefined): unknown {
  const { type, fallback } = settings[name]
  return given === undefined || given === '' ? fallback : type.read(given)
}

function misfit(name: SettingName, given: string): Problem {
  return { code: 'CONFIG_INVALID', text: `${name}=${hidden.test(name) ? '…' : given}: expected ${settings[name].type.expects}`, facts: { name } }
}

function problemsError(problems: readonly Problem[]): ElvesError {
  const [first, ...others] = problems as readonly [Problem, ...Problem[]]
  if (others.length === 0) return new ElvesError(first.code, first.text, { facts: first.facts })
  const code = problems.every((problem) => problem.code === 'CONFIG_UNKNOWN') ? 'CONFIG_UNKNOWN' : 'CONFIG_INVALID'
  const lines = problems.map(({ text }) => `\n  ${text}`)
  return new ElvesError(code, `${problems.length} settings are wrong:${lines.join('')}`, {
    facts: { names: problems.map(({ facts }) => facts['name']) },
  })
}
