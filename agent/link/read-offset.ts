/** How far an agent has read its partition of the instructions. */
export class ReadOffset {
  /** After the last record that was read; null: nothing is known. */
  #end: bigint | null
  /** Of the records with an own instruction that is not in the journal yet, oldest first. */
  readonly #unnoted = new Set<bigint>()
  readonly #onChange: () => void

  constructor(start: bigint | null = null, onChange: () => void = () => undefined) {
    this.#end = start
    this.#onChange = onChange
  }

  /** Where reading has to begin, should this process die now. Null: nothing is known. */
  get next(): bigint | null {
    const [first] = this.#unnoted
    return first ?? this.#end
  }

  /** Reading begins here, where nothing is known. */
  begin(offset: bigint): void {
    if (this.#end === null) this.reset(offset)
  }

  /** A record was read. What it brought is in the journal when `noted` resolves; without that it brought nothing. */
  passed(offset: bigint, noted: Promise<void> | undefined): void {
    this.#end = offset + 1n
    if (noted) {
      this.#unnoted.add(offset)
      void noted.then(() => this.#noted(offset))
    }
    this.#onChange()
  }

  /** What was read and is not in the journal will be read again. */
  rewind(): void {
    this.#end = this.next
    this.#unnoted.clear()
  }

  /** Reading goes on here, whatever was before. */
  reset(offset: bigint): void {
    this.#end = offset
    this.#unnoted.clear()
    this.#onChange()
  }

  #noted(offset: bigint): void {
    if (this.#unnoted.delete(offset)) this.#onChange()
  }
}
