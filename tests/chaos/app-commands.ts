import { setTimeout as pause } from 'node:timers/promises'
import type { Doors } from '@elves/standalone/ready-file.ts'
import { putPackage, sayingApp } from '../support/app-package.ts'
import { waitFor } from '../support/wait-for.ts'
import type { GraphqlPlatform } from './steady-load.ts'

/** Something that was asked for and done: it must be in the log once. */
export interface Done {
  readonly what: string
  readonly app: string
  /** The version, the key of a release, or the selector; empty where there is none. */
  readonly of: string
}

const inputs: Readonly<Record<string, string>> = {
  pauseRollout: 'RolloutOnlyInput',
  resumeRollout: 'RolloutOnlyInput',
  rollBackRollout: 'RolloutOnlyInput',
}
/** A rollout may end just before somebody steers it; that is an answer. */
const answers = ['ROLLOUT_ENDED']
const patience = { timeoutMs: 300_000, everyMs: 250 }

/** An input of a mutation; it names its app, or its rollout. */
export type AppInput = Readonly<Record<string, unknown>> & ({ readonly app: string } | { readonly name: string } | { readonly rollout: string })

/** Asks for changes of apps, each as often as it takes to get an answer, and notes what was done. */
export class AppCommands {
  readonly done: Done[] = []
  readonly #platform: GraphqlPlatform
  readonly #doors: Pick<Doors, 'graphqlUrl' | 'token'>

  constructor(platform: GraphqlPlatform, doors: Pick<Doors, 'graphqlUrl' | 'token'>) {
    this.#platform = platform
    this.#doors = doors
  }

  /** Returns true if it was done, false if the rollout had ended. */
  async ask(what: string, input: AppInput, of = ''): Promise<boolean> {
    const type = inputs[what] ?? `${what[0]?.toUpperCase()}${what.slice(1)}Input`
    const text = `mutation ($input: ${type}!) { ${what}(input: $input) { refusal { code message } } }`
    const { isDone } = await waitFor(
      async () => {
        const answer = await this.#platform.graphql<Record<string, { refusal: { code: string; message: string } | null }>>(text, { input })
        const refusal = answer[what]?.refusal ?? null
        if (refusal !== null && !answers.includes(refusal.code)) throw new Error(`${what} was refused: ${JSON.stringify(refusal)}`)
        return { isDone: refusal === null }
      },
      { ...patience, what: `an answer to ${what} ${JSON.stringify(input)}` },
    )
    if (isDone) this.done.push({ what, app: String(input['app'] ?? input['name'] ?? input['rollout']).split(':')[0] ?? '', of })
    return isDone
  }

  async upload(app: string, version: string): Promise<void> {
    const bytes = await sayingApp(sayingOf(app, version))
    await waitFor(
      async () => {
        const { status, body } = await putPackage(this.#doors, app, version, bytes, AbortSignal.timeout(20_000))
        if (status !== 200) throw new Error(`${version} of ${app} was not taken: ${status} ${JSON.stringify(body)}`)
        return true
      },
      { ...patience, what: `the upload of ${version} of ${app}` },
    )
    this.done.push({ what: 'upload', app, of: version })
  }

  /** Releases a version in stages; returns the id of the rollout. */
  async release(app: string, version: string, rollout: object): Promise<string> {
    await this.ask('releaseAppVersion', { app, version, rollout, idempotencyKey: version }, version)
    const query = `query ($app: String!) { rollouts(filter: { apps: [$app] }, first: 500) { nodes { id to } } }`
    const shown = async () => {
      const { rollouts } = await this.#platform.graphql<{ rollouts: { nodes: { id: string; to: string }[] } }>(query, { app })
      return rollouts.nodes.find(({ to }) => to === version)?.id ?? null
    }
    return waitFor(shown, { ...patience, what: `the rollout of ${version} of ${app}` })
  }

  /** Resolves when the rollout has ended, or after the time: it may take long while things are disturbed. */
  async endedOrLate(rollout: string, ms: number, signal: AbortSignal): Promise<void> {
    const end = performance.now() + ms
    while (performance.now() < end && !signal.aborted) {
      if (await this.hasEnded(rollout).catch(() => false)) return
      await pause(200, undefined, { signal }).catch(() => undefined)
    }
  }

  async hasEnded(rollout: string): Promise<boolean> {
    const query = 'query ($rollout: ID!) { rollout(id: $rollout) { endedAt } }'
    const shown = await this.#platform.graphql<{ rollout: { endedAt: string | null } | null }>(query, { rollout })
    return shown.rollout !== null && shown.rollout.endedAt !== null
  }
}

/** What the worker of a version says: it is in the version's files. */
export function sayingOf(app: string, version: string): string {
  return `${app} ${version}`
}
