import type { AppPackages } from '@elves/core/app-package/app-packages.ts'
import type { AppState } from '@elves/core/domain/app/state.ts'
import type { Logger } from '@elves/core/foundation/log.ts'

/** A package is of the past for a day before it is looked at, so nothing is gained by looking more often. */
const everyMs = 3_600_000

export interface PackageCleanupOptions {
  readonly packages: Pick<AppPackages, 'forget'>
  readonly logger: Logger
  now?(): number
}

/**
 * Clears the folder of packages of what no version needs: of those that were withdrawn, and of uploads that were refused. Which are
 * needed, the log says; the owner of the distribution has all of it. Where its process has no folder of packages, nothing happens.
 */
export class PackageCleanup {
  readonly #options: PackageCleanupOptions
  #nextAt = 0

  constructor(options: PackageCleanupOptions) {
    this.#options = options
  }

  /** `states`: of all apps, as of now. Never throws. */
  async clean(states: readonly AppState[]): Promise<void> {
    const { packages, logger, now = Date.now } = this.#options
    if (now() < this.#nextAt) return
    this.#nextAt = now() + everyMs
    const needed = new Set(
      states.flatMap(({ versions }) => Object.values(versions).flatMap(({ sha256, isWithdrawn }) => (isWithdrawn ? [] : [sha256]))),
    )
    try {
      const removed = await packages.forget((sha256) => needed.has(sha256))
      if (removed > 0) logger.info({ removed }, 'removed packages that no version needs')
    } catch (error) {
      logger.warn({ err: error }, 'packages that no version needs could not be removed')
    }
  }
}
