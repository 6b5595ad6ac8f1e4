/** Returns a column with the log id of the read models; all rows of a schema are of one log. Empty: no event yet. */
export function logIdColumn(schema: string): string {
  return `coalesce((select left(position, 8) from ${schema}.checkpoints limit 1), '') as log_id`
}

export interface WithLogId {
  readonly log_id: string
}
