/** An event as a node keeps it. */
export interface NodeRecord {
  readonly id: string
  readonly stream: string
  readonly version: number
  readonly position: number
  readonly type: string
  readonly contentType: string
  /** ms since the epoch. */
  readonly createdAt: number
  readonly data: Uint8Array
  readonly metadata: Uint8Array
}

export type ProposedNodeRecord = Pick<NodeRecord, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>

export type NodeAppend = { readonly last: NodeRecord } | { readonly currentVersion: number } | 'DELETED'

/** After this many appends, a node writes events of its own. */
const appendsPerNoise = 5

/**
 * The log that all nodes of one test double share; it outlives them. It acts like a server's log: a record's position is where its
 * bytes begin; the first records are the server's own; statistics and events of other applications are in between; and an append
 * that is repeated with the same event ids gets the same answer as the first time.
 */
export class NodeLog {
  readonly records: NodeRecord[] = []
  /** The leader's clock. */
  clock: () => number = Date.now
  readonly #streams = new Map<string, NodeRecord[]>()
  readonly #indexes = new Map<number, number>()
  readonly #listeners = new Set<() => void>()
  readonly #deleted = new Set<string>()
  #end = 0
  #appends = 0

  constructor() {
    this.#writeNoise()
  }

  stream(name: string): readonly NodeRecord[] {
    return this.#streams.get(name) ?? []
  }

  /** Returns the index of the record that begins at this position; undefined if there is none. */
  indexOf(position: number): number | undefined {
    return this.#indexes.get(position)
  }

  /** Deletes a stream for ever. */
  tombstone(stream: string): void {
    this.#streams.delete(stream)
    this.#deleted.add(stream)
  }

  append(stream: string, expectedVersion: number, events: readonly ProposedNodeRecord[]): NodeAppend {
    if (this.#deleted.has(stream)) return 'DELETED'
    const there = this.stream(stream)
    const currentVersion = there.length - 1
    if (expectedVersion !== currentVersion) {
      const isRepeat = expectedVersion < currentVersion && events.every(({ id }, index) => there[expectedVersion + 1 + index]?.id === id)
      return isRepeat ? { last: there[expectedVersion + events.length] as NodeRecord } : { currentVersion }
    }
    for (const event of events) this.#write(stream, event)
    this.#appends += 1
    if (this.#appends % appendsPerNoise === 0) this.#writeNoise()
    for (const listener of [...this.#listeners]) listener()
    return { last: this.stream(stream).at(-1) as NodeRecord }
  }

  /** Calls `listener` after each append; returns a function that ends this. */
  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #write(stream: string, event: ProposedNodeRecord): void {
    const there = this.#streams.get(stream) ?? []
    const record: NodeRecord = { ...event, stream, version: there.length, position: this.#end, createdAt: this.clock() }
    this.#end += 100 + stream.length * 2 + event.data.length + event.metadata.length
    there.push(record)
    this.#streams.set(stream, there)
    this.#indexes.set(record.position, this.records.length)
    this.records.push(record)
  }

  #writeNoise(): void {
    const noise = (type: string) => ({
      id: crypto.randomUUID(),
      type,
      contentType: 'application/json',
      data: Buffer.from('{}'),
      metadata: Buffer.alloc(0),
    })
    this.#write('$stats-127.0.0.1:2113', noise('$statsCollected'))
    this.#write('invoice-1', noise('InvoiceSent'))
  }
}
