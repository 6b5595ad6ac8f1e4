import type { Actor } from '@elves/schemas/generated/types.ts'
import type { AppEvent } from '../../domain/app/state.ts'
import type { RecordedEvent } from '../../eventing/event-store.ts'
import type { Position } from '../../eventing/position.ts'

export type AppVersionStateName = 'UPLOADED' | 'RELEASED' | 'WITHDRAWN'

/** A version of an app as people see it. Times are ms since the epoch. */
export interface AppVersionView {
  /** `<app>/<version>`. */
  readonly id: string
  readonly app: string
  readonly version: string
  readonly state: AppVersionStateName
  readonly sha256: string
  readonly bytes: number
  readonly unpackedBytes: number
  readonly files: number
  /** elves.json as JSON text; null: it has none. */
  readonly manifest: string | null
  readonly uploadedAt: number
  readonly uploadedBy: Actor
  readonly withdrawReason: string | null
  readonly changedAt: Position
}

/** Neither an app's name nor a version has a slash. */
export function appVersionId(app: string, version: string): string {
  return `${app}/${version}`
}

/** Returns the ids of the versions that an event of an app changes. */
export function appVersionsOf({ type, data }: AppEvent): readonly string[] {
  const isOfVersion = type === 'AppVersionUploaded' || type === 'AppVersionReleased' || type === 'AppVersionWithdrawn'
  return isOfVersion ? [appVersionId(data.app, data.version)] : []
}

/** The one fold of its events. An event that is in the view already changes nothing. */
export function evolveAppVersionView(view: AppVersionView | null, id: string, recorded: RecordedEvent<AppEvent>): AppVersionView {
  const { event, stream, position: changedAt, recordedAt, context } = recorded
  if (view && changedAt <= view.changedAt) return view
  if (event.type === 'AppVersionUploaded') {
    return { id, ...event.data, state: 'UPLOADED', uploadedAt: recordedAt, uploadedBy: context.actor, withdrawReason: null, changedAt }
  }
  if (!view) throw new TypeError(`version ${id} of ${stream} begins with ${event.type}`)
  if (event.type === 'AppVersionReleased') return { ...view, state: 'RELEASED', changedAt }
  if (event.type === 'AppVersionWithdrawn') return { ...view, state: 'WITHDRAWN', withdrawReason: event.data.reason, changedAt }
  return view
}
