/** What people ask of an app. */
export interface CreateApp {
  readonly type: 'CreateApp'
  readonly app: string
  readonly displayName: string
  readonly description: string
}

export interface UpdateApp {
  readonly type: 'UpdateApp'
  readonly app: string
  /** Null: as it is. */
  readonly displayName: string | null
  readonly description: string | null
}

export interface BanApp {
  readonly type: 'BanApp'
  readonly app: string
  readonly reason: string | null
}

export interface UnbanApp {
  readonly type: 'UnbanApp'
  readonly app: string
}

/** A package that was checked and is in the store of packages. */
export interface UploadVersion {
  readonly type: 'UploadVersion'
  readonly app: string
  readonly version: string
  readonly sha256: string
  readonly bytes: number
  readonly unpackedBytes: number
  readonly files: number
  readonly manifest: string | null
}

export interface ReleaseVersion {
  readonly type: 'ReleaseVersion'
  readonly app: string
  readonly version: string
  readonly batches: readonly string[]
  readonly pauseMs: number
  readonly confirm: boolean
  readonly maxFailed: string
  readonly idempotencyKey: string | null
}

export interface WithdrawVersion {
  readonly type: 'WithdrawVersion'
  readonly app: string
  readonly version: string
  readonly reason: string | null
}

export interface BindApp {
  readonly type: 'BindApp'
  readonly app: string
  readonly selector: string
}

export interface UnbindApp {
  readonly type: 'UnbindApp'
  readonly app: string
  readonly selector: string
}

export interface SteerRollout {
  readonly type: 'PauseRollout' | 'ResumeRollout' | 'RollBackRollout'
  readonly app: string
  readonly rolloutId: string
}

/** Agents that have told what came of the new version, among those that a rollout has reached. */
export interface RolloutCounts {
  readonly installed: number
  readonly failed: number
  readonly waiting: number
}

/** What the process manager of rollouts knows of the agents. Asks for the next step, whichever is due. */
export interface AdvanceRollout {
  readonly type: 'AdvanceRollout'
  readonly app: string
  readonly rolloutId: string
  /** Ids of all agents to which the app is bound. */
  readonly agentIds: readonly string[]
  readonly counts: RolloutCounts
  /** Those of `counts.waiting` that are connected: nobody waits for the others. */
  readonly awaited: number
  /** The pause after the last batch is over. */
  readonly isRested: boolean
}

export type AppCommand =
  | CreateApp
  | UpdateApp
  | BanApp
  | UnbanApp
  | UploadVersion
  | ReleaseVersion
  | WithdrawVersion
  | BindApp
  | UnbindApp
  | SteerRollout
  | AdvanceRollout
