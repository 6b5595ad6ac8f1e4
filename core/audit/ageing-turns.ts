import { valuesAgeingStream } from '../domain/ageing/ageing.ts'
import { taskAggregate } from '../domain/task/task.ts'
import type { EventStore, RecordedEvent } from '../eventing/event-store.ts'
import { type Position, parsePosition } from '../eventing/position.ts'
import type { AgedBy } from './leaf.ts'

/** An event that says that large values go. */
export interface AgeingTurn {
  readonly by: AgedBy
  readonly position: Position
}

interface Turn extends AgeingTurn {
  readonly through: number
}

/** What was aged out when, and by which rule, as the log says it. */
export class AgeingTurns {
  readonly #ofAll: readonly Turn[]
  readonly #ofTasks: ReadonlyMap<string, Turn>

  constructor(events: readonly RecordedEvent[]) {
    const ofAll: Turn[] = []
    const ofTasks = new Map<string, Turn>()
    for (const { id, event, position, recordedAt } of events) {
      if (event.type !== 'ValuesAgedOut') continue
      const { rule, through, tasks } = event.data
      const turn = { by: { event: id, at: recordedAt, rule }, position, through }
      if (tasks.length === 0) ofAll.push(turn)
      else for (const task of tasks) if (!ofTasks.has(task)) ofTasks.set(task, turn)
    }
    this.#ofAll = ofAll
    this.#ofTasks = ofTasks
  }

  static async of(log: Pick<EventStore, 'readStream'>): Promise<AgeingTurns> {
    return new AgeingTurns(await log.readStream(valuesAgeingStream))
  }

  /** Returns the turn in which the large values of an event went; null: no event says so. */
  turnOf({ stream, position }: Pick<RecordedEvent, 'stream' | 'position'>): AgeingTurn | null {
    const { sequence } = parsePosition(position)
    const late = this.#ofTasks.get(taskAggregate.idOf(stream) ?? '')
    if (late && sequence <= late.through) return late
    return this.#ofAll.find(({ through }) => sequence <= through) ?? null
  }
}
