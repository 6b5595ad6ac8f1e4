import { type FunctionRule, functionRules } from '@elves/core/app-package/function-rules.ts'
import { appAggregate, appBanned, appStream, isAppName } from '@elves/core/domain/app/app.ts'
import { type AppState, knownVersion, releasedVersion } from '@elves/core/domain/app/state.ts'
import { type Rejection, rejection } from '@elves/core/domain/decision.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { setBounded } from '@elves/core/foundation/set-bounded.ts'

/** Most names that are remembered; tasks may name any app. */
const mostKnown = 10_000

/** DISTRIBUTED: the center brings the app to agents. LOCAL: it does not; it may be in the folders of agents. */
export type AppPlace = 'LOCAL' | 'DISTRIBUTED' | 'BANNED'

/** What a task of an app has to be. */
interface AppRule {
  readonly place: AppPlace
  /** Functions of the released version by their names; null: it describes none. */
  readonly functions: ReadonlyMap<string, FunctionRule> | null
}

/** A call as a task asks for it; `param` is JSON text. */
export interface AskedCall {
  readonly app: string
  readonly func: string
  readonly param: string | null
}

/**
 * Knows which tasks apps take: none of a banned one, and of an app whose released version describes its functions only those, with
 * parameters as their schemas say. Each app's stream is read once, also of names that no app has; after that the log tells.
 */
export class AppRules {
  readonly #aggregates: Pick<Aggregates, 'load'>
  readonly #known = new Map<string, AppRule>()
  /** Grows with each event of an app: what was read before it is not kept. */
  #generation = 0

  constructor(aggregates: Pick<Aggregates, 'load'>) {
    this.#aggregates = aggregates
  }

  observe(events: readonly RecordedEvent[]): void {
    for (const recorded of events) {
      if (!appAggregate.isEvent(recorded)) continue
      this.#generation += 1
      this.#known.delete(recorded.event.data.app)
    }
  }

  /** An event of this stream can not be read. */
  unreadable(stream: string): void {
    const app = appAggregate.idOf(stream)
    if (app === null) return
    this.#generation += 1
    this.#known.delete(app)
  }

  /** Returns why each call is not taken, or null, in order. */
  async refusals(calls: readonly AskedCall[]): Promise<readonly (Rejection | null)[]> {
    const rules = new Map<string, AppRule>()
    for (const { app } of calls) if (!rules.has(app)) rules.set(app, await this.#ruleOf(app))
    return calls.map((call) => refusalOf(call, rules.get(call.app) ?? noRule))
  }

  async placeOf(app: string): Promise<AppPlace> {
    return (await this.#ruleOf(app)).place
  }

  async #ruleOf(app: string): Promise<AppRule> {
    return this.#known.get(app) ?? (await this.#learn(app))
  }

  async #learn(app: string): Promise<AppRule> {
    if (!isAppName(app)) return noRule
    const generation = this.#generation
    const rule = ruleOf((await this.#aggregates.load(appAggregate, appStream(app))).state)
    if (generation !== this.#generation) return rule
    setBounded(this.#known, app, rule, mostKnown)
    return rule
  }
}

const noRule: AppRule = { place: 'LOCAL', functions: null }

function ruleOf(state: AppState): AppRule {
  const released = releasedVersion(state)
  const manifest = released === null ? null : (knownVersion(state, released)?.manifest ?? null)
  const functions = functionRules(manifest)
  return { place: placeOf(state), functions: functions.size === 0 ? null : functions }
}

function placeOf({ phase, bindings }: AppState): AppPlace {
  if (phase === 'BANNED') return 'BANNED'
  return bindings.length > 0 ? 'DISTRIBUTED' : 'LOCAL'
}

function refusalOf({ app, func, param }: AskedCall, { place, functions }: AppRule): Rejection | null {
  if (place === 'BANNED') return appBanned(app)
  if (functions === null) return null
  const rule = functions.get(func)
  if (!rule) return rejection('FUNC_UNKNOWN', `elves.json of ${app} describes no function ${func.slice(0, 128)}`, 'func')
  const fault = rule.faultOf(param)
  return fault === null ? null : rejection('PARAM_NOT_OF_SCHEMA', fault, 'param')
}
