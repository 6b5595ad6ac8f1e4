/** A thing in a list, as of a position. Positions of one log compare as text. */
export interface Row {
  readonly id: string
  readonly position: string
}

/** Rows that a list keeps at most while new ones come; older ones are left out. Each row that was asked for by scrolling makes room for another. */
export const mostNewRows = 1_000
/** Rows that a list keeps at most. */
export const mostRows = 5_000

/**
 * Takes changes into a list whose newest thing is first: a known row is replaced, unless it is already as of a later position;
 * one that no longer matches leaves; one that is new comes first.
 */
export function withChanges<Node extends Row>(
  rows: readonly Node[],
  changes: readonly Node[],
  matches: (row: Node) => boolean,
  isNew: (row: Node) => boolean,
): readonly Node[] {
  const latest = new Map<string, Node>()
  for (const change of changes) {
    const known = latest.get(change.id)
    if (known === undefined || known.position < change.position) latest.set(change.id, change)
  }
  const kept: Node[] = []
  for (const row of rows) {
    const change = latest.get(row.id)
    latest.delete(row.id)
    const now = change === undefined || change.position < row.position ? row : change
    if (now === row || matches(now)) kept.push(now)
  }
  const added = [...latest.values()].filter((row) => matches(row) && isNew(row)).reverse()
  return added.length === 0 ? kept : [...added, ...kept]
}

/** Adds a page to the end of a list. A row that the list has already, because it changed since, stays as it is. */
export function withPage<Node extends Row>(rows: readonly Node[], page: readonly Node[]): readonly Node[] {
  const known = new Set(rows.map(({ id }) => id))
  return [...rows, ...page.filter(({ id }) => !known.has(id))]
}
