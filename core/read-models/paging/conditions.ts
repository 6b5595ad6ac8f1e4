import { isStorable } from '../../foundation/text.ts'

/**
 * Returns the stretch of the log that a position is in: 4 096 positions. An index over a value and the stretch has one entry for all rows
 * of that value in a stretch, and gives the rows in the order of the log but for a sort within each stretch. The migrations spell it
 * in the same way.
 */
export function stretchOf(place: string): string {
  return `(${place} >> 12)::int4`
}

const [stretchPositions, lastStretch] = [4_096, 2 ** 31 - 1]

/** The `where` of a query: conditions that must all hold, with their values. */
export class Conditions {
  readonly #texts: string[] = []
  readonly values: unknown[]

  /** `values`: those of other conditions of the same query. */
  constructor(values: unknown[] = []) {
    this.values = values
  }

  /** Adds a value; returns its placeholder. */
  value(value: unknown): string {
    this.values.push(value)
    return `$${this.values.length}`
  }

  add(text: string): void {
    this.#texts.push(text)
  }

  /** The column has one of these values. An empty list matches no row; `undefined` adds no condition. */
  anyOf(column: string, given: readonly string[] | undefined): void {
    if (given === undefined) return
    const wanted = given.filter(isStorable)
    // A single value uses `=`, so that an index gives its rows in order.
    if (wanted.length === 1) this.add(`${column} = ${this.value(wanted[0])}`)
    else this.add(`${column} = any(${this.value(wanted)}::text[])`)
  }

  /** Like {@link anyOf}, for a column that is indexed by its hash. */
  anyOfHashed(column: string, given: readonly string[] | undefined): void {
    if (given === undefined) return
    const wanted = given.filter(isStorable)
    // In this form the planner does not count the value twice: by its hash and by itself.
    this.add(`coalesce(${column} = any(${this.value(wanted)}::text[]), false)`)
    if (wanted.length === 1) this.add(`hashtext(${column}) = hashtext(${this.value(wanted[0])})`)
    else this.add(`hashtext(${column}) = any(array[${wanted.map((one) => `hashtext(${this.value(one)})`).join(', ')}]::int4[])`)
  }

  /** The place of the row is beyond this one. `byStretch`: the index that gives the rows has their stretch. */
  place(column: string, beyond: '<' | '>' | '>=', place: number, byStretch: boolean): void {
    const isBeyond = `${column} ${beyond} ${this.value(place)}::int8`
    if (!byStretch) {
      this.add(isBeyond)
      return
    }
    const stretch = `${this.value(Math.min(Math.floor(place / stretchPositions), lastStretch))}::int4`
    this.add(`${stretchOf(column)} ${beyond === '<' ? '<=' : '>='} ${stretch}`)
    // In this form the planner counts the place once, and leaves the index over positions alone: it has all rows beyond the place.
    this.add(`(${stretchOf(column)} <> ${stretch} or ${isBeyond})`)
  }

  /** `from` is inclusive, `to` is exclusive. */
  between(column: string, from: number | undefined, to: number | undefined): void {
    if (from !== undefined) this.add(`${column} >= ${this.value(from)}::int8`)
    if (to !== undefined) this.add(`${column} < ${this.value(to)}::int8`)
  }

  /** Returns these conditions and more, with the values of both. */
  with(texts: readonly string[]): Conditions {
    const all = new Conditions(this.values)
    for (const text of [...this.#texts, ...texts]) all.add(text)
    return all
  }

  get texts(): readonly string[] {
    return this.#texts
  }

  get isEmpty(): boolean {
    return this.#texts.length === 0
  }

  /** The conditions as one expression; there must be some. */
  get text(): string {
    return this.#texts.join(' and ')
  }

  get where(): string {
    return this.isEmpty ? '' : `where ${this.text}`
  }
}
