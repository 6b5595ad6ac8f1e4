import { hexIdForKey } from '../../foundation/ids.ts'

/** Returns the id of the task that an instant of a schedule makes: whoever fires it, and however often, it is one task. */
export function fireId(scheduleId: string, instant: number): string {
  return hexIdForKey({ kind: 'SCHEDULE', id: scheduleId }, 'fire', String(instant))
}
