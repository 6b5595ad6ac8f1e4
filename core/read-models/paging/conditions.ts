import { isStorable } from '../../foundation/text.ts'

/** The `where` of a query: conditions that must all hold, with their values. */
export class Conditions {
  readonly #texts: string[] = []
  readonly values: unknown[] = []

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
    this.anyOf(column, wanted)
    if (wanted.length === 1) this.add(`hashtext(${column}) = hashtext(${this.value(wanted[0])})`)
    else this.add(`hashtext(${column}) = any(array(select hashtext(wanted) from unnest(${this.value(wanted)}::text[]) as wanted))`)
  }

  /** `from` is inclusive, `to` is exclusive. */
  between(column: string, from: number | undefined, to: number | undefined): void {
    if (from !== undefined) this.add(`${column} >= ${this.value(from)}::int8`)
    if (to !== undefined) this.add(`${column} < ${this.value(to)}::int8`)
  }

  get where(): string {
    return this.#texts.length === 0 ? '' : `where ${this.#texts.join(' and ')}`
  }
}
