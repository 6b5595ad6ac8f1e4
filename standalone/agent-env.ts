import type { SettingName } from '@elves/core/foundation/settings.ts'
import type { Env } from './runner/plan.ts'

/** What a part gets beside its own share of our settings. */
export type Given = Readonly<Partial<Record<SettingName, string>>>

/** What an agent may have of our own settings beside those of its part. Never the database, never the keys of the API. */
const passedOn: readonly SettingName[] = ['ELVES_LOG_LEVEL', 'ELVES_SHUTDOWN_MS']

/** The environment of a local agent: ours without what is none of its business, and what this start gives it. */
export function agentEnv(env: Env, given: Given): Env {
  // It keeps its compile cache in its own folder: what it reads must be what it has written.
  const { NODE_COMPILE_CACHE: _, ...others } = env
  return { ...only(others, (name) => name.startsWith('ELVES_AGENT_') || passedOn.includes(name)), ...given }
}

/** The environment without the settings of ours that are not chosen. */
export function only(env: Env, isChosen: (name: SettingName) => boolean): Env {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ELVES_') || isChosen(name as SettingName)))
}
