import { secretsOfManifest } from '@elves/core/app-package/manifest.ts'
import { agentAppsAggregate, agentAppsStream, knownApp } from '@elves/core/domain/agent-apps/agent-apps.ts'
import { appAggregate, appStream, isAppName } from '@elves/core/domain/app/app.ts'
import type { Aggregates } from '@elves/core/eventing/aggregates/aggregates.ts'
import type { RecordedEvent } from '@elves/core/eventing/event-store.ts'
import { setBounded } from '@elves/core/foundation/set-bounded.ts'

/** Most names of apps that are remembered; tasks may name any app. */
const mostKnown = 10_000

/** Names of secrets by the version of an app. */
type SecretsOfVersions = ReadonlyMap<string, readonly string[]>

/**
 * Knows the secrets that the manifests of apps refer to. Each app's stream is read once, also of names that no app has (aggregates remember
 * no empty stream, and most tasks are of apps that the center does not distribute); after that the log tells.
 */
export class ManifestSecrets {
  readonly #apps: Pick<Aggregates, 'load'>
  readonly #agents: Pick<Aggregates, 'load'>
  readonly #known = new Map<string, SecretsOfVersions>()
  /** Grows with each event of an app: what was read before it is not kept. */
  #generation = 0

  /** `apps` loads apps, `agents` what agents have of them. */
  constructor(apps: Pick<Aggregates, 'load'>, agents: Pick<Aggregates, 'load'>) {
    this.#apps = apps
    this.#agents = agents
  }

  observe(events: readonly RecordedEvent[]): void {
    for (const recorded of events) if (appAggregate.isEvent(recorded)) this.#forget(recorded.event.data.app)
  }

  /** An event of this stream can not be read. */
  unreadable(stream: string): void {
    const app = appAggregate.idOf(stream)
    if (app !== null) this.#forget(app)
  }

  /** Returns the names of the secrets in the manifests of the versions that an agent has, or is about to have. */
  async of(agentId: string, app: string): Promise<readonly string[]> {
    const ofVersions = this.#known.get(app) ?? (await this.#learn(app))
    if (ofVersions.size === 0) return []
    const { apps } = (await this.#agents.load(agentAppsAggregate, agentAppsStream(agentId))).state
    const own = knownApp(apps, app)
    return [own?.installed, own?.wanted?.version].flatMap((version) => ofVersions.get(version ?? '') ?? [])
  }

  #forget(app: string): void {
    this.#generation += 1
    this.#known.delete(app)
  }

  async #learn(app: string): Promise<SecretsOfVersions> {
    if (!isAppName(app)) return new Map()
    const generation = this.#generation
    const { versions } = (await this.#apps.load(appAggregate, appStream(app))).state
    // An agent may say that it has whatever version somebody has uploaded: only who releases one is asked whether its secrets may be used.
    const released = Object.entries(versions).filter(([, { isReleased }]) => isReleased)
    const named = released.map(([version, { manifest }]) => [version, secretsOfManifest(manifest)] as const)
    const ofVersions = new Map(named.filter(([, names]) => names.length > 0))
    if (generation === this.#generation) setBounded(this.#known, app, ofVersions, mostKnown)
    return ofVersions
  }
}
