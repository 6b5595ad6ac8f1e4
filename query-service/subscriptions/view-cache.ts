/** Views of what is still open, the least recently changed dropped first: they are loaded again when needed. */
export class ViewCache<View> {
  readonly #views = new Map<string, View>()
  readonly #size: number

  constructor(size: number) {
    this.#size = size
  }

  get(id: string): View | undefined {
    return this.#views.get(id)
  }

  set(id: string, view: View): void {
    this.#views.delete(id)
    this.#views.set(id, view)
    if (this.#views.size > this.#size) this.#views.delete(this.#views.keys().next().value as string)
  }

  delete(id: string): void {
    this.#views.delete(id)
  }
}
