import { type Position, parsePosition } from '@elves/core/eventing/position.ts'

/** How far what is made from the log has come. */
export interface Making {
  /** The end of the log. */
  readonly end: Position
  /** How far all read models are. */
  readonly readModels: Position
  /** How far the tables of what is due are; null: they are made, or another instance makes them. */
  readonly due: Position | null
}

/**
 * Says what a start makes and how far it is, in percent of the log up to its present end. A store may have to read all events to count
 * them, which takes longer than what is asked about; positions are there at once. On Postgres they count events, on EventStoreDB bytes.
 */
export function making({ end, readModels, due }: Making): string {
  const parts = [`the read models (${share(readModels, end)} % of the log)`]
  if (due !== null) parts.push(`the tables of what is due (${share(due, end)} %)`)
  return `Making ${parts.join(' and ')}.`
}

/** With one digit after the point, never more than 100. A position of another log, as a checkpoint of before a restore, is none of it. */
function share(position: Position, end: Position): string {
  const [at, of] = [parsePosition(position), parsePosition(end)]
  const part = of.sequence === 0 ? 1 : at.logId === of.logId ? at.sequence / of.sequence : 0
  return (Math.floor(Math.min(1, part) * 1_000) / 10).toFixed(1)
}
