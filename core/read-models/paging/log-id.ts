/** Column with the log id of the read models; one log's rows are all that a schema ever has. Empty: no event yet. */
export function logIdColumn(schema: string): string {
  return `coalesce((select left(position, 8) from ${schema}.checkpoints limit 1), '') as log_id`
}

export interface WithLogId {
  readonly log_id: string
}
