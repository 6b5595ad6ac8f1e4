/** How far an agent has read its partition of the instructions. */
export class ReadOffset {
  /** The offset after the last record that was read; null if unknown. */
  #end: bigint | null
  /** Offsets of the records with an instruction for this agent that is not in the journal yet, oldest first. */
  readonly #unnoted = new Set<bigint>()
  readonly #onChange: () => void

  constructor(start: bigint | null = null, onChange: () => void = () => undefined) {
    this.#end = start
    this.#onChange = onChange
  }

  /** Where the next process has to begin reading if this one dies now; null if unknown. */
  get next(): bigint | null {
    const [first] = this.#unnoted
    return first ?? this.#end
  }

  /** Sets the offset if none is known. */
  begin(offset: bigint): void {
    if (this.#end === null) this.reset(offset)
  }

  /** A record was read. Its instruction is in the journal when `noted` resolves; `undefined` if it had no instruction for this agent. */
  passed(offset: bigint, noted: Promise<void> | undefined): void {
    this.#end = offset + 1n
    if (noted) {
      this.#unnoted.add(offset)
      void noted.then(() => this.#noted(offset))
    }
    this.#onChange()
  }

  /** Goes back to the first instruction that is not in the journal, so that it is read again. */
  rewind(): void {
    this.#end = this.next
    this.#unnoted.clear()
  }

  /** Sets the offset unconditionally. */
  reset(offset: bigint): void {
    this.#end = offset
    this.#unnoted.clear()
    this.#onChange()
  }

  #noted(offset: bigint): void {
    if (this.#unnoted.delete(offset)) this.#onChange()
  }
}
