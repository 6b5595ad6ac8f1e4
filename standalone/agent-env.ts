import type { SettingName } from '@elves/core/foundation/settings.ts'
import type { Env } from './runner/plan.ts'

/** The settings that a process gets besides those it takes from our environment. */
export type Given = Readonly<Partial<Record<SettingName, string>>>

/** Settings that an agent takes from our environment besides its own ELVES_AGENT_…; never the database or the API's keys. */
const passedOn: readonly SettingName[] = ['ELVES_LOG_LEVEL', 'ELVES_SHUTDOWN_MS']

/** For how long a run of an agent that is beside a center competes with it for the CPU, in ms. */
const idleAfterMs = '1000'

/** The environment of a local agent: ours, reduced to the settings that an agent may have, plus the ones this start gives it. */
export function agentEnv(env: Env, given: Given): Env {
  // The agent keeps its compile cache in its own folder: it must read only what it has written.
  const { NODE_COMPILE_CACHE: _, ...others } = env
  return {
    ELVES_AGENT_WORKER_IDLE_AFTER_MS: idleAfterMs,
    ...only(others, (name) => name.startsWith('ELVES_AGENT_') || passedOn.includes(name)),
    ...given,
  }
}

/** Returns the environment without the ELVES_ settings that `isChosen` leaves out. */
export function only(env: Env, isChosen: (name: SettingName) => boolean): Env {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ELVES_') || isChosen(name as SettingName)))
}
