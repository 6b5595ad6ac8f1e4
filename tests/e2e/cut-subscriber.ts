import { randomInt } from 'node:crypto'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

export interface CutSubscriberOptions {
  readonly url: string
  readonly connectionParams: Readonly<Record<string, string>>
  /** A subscription with one field, `item`, and the variable `$after`. */
  readonly query: string
  /** The position from which it follows. */
  readonly from: string
  /** Each connection is cut after fewer items than this. */
  readonly mostItems: number
}

/**
 * Follows from a position, through one connection after the other. Each is cut off after a few items, as by a network, and
 * what had not arrived by then counts as lost.
 */
export class CutSubscriber<Item extends { readonly position: string }> {
  readonly items: Item[] = []
  readonly errors: unknown[] = []
  cuts = 0
  #isOver = false
  #isLeftAlone = false
  #cutNow: () => void = () => {}
  readonly #options: CutSubscriberOptions
  readonly #following: Promise<void>

  constructor(options: CutSubscriberOptions) {
    this.#options = options
    this.#following = this.#follow()
  }

  /** Keeps the present connection from being cut. */
  leaveAlone(): void {
    this.#isLeftAlone = true
  }

  stop(): Promise<void> {
    this.#isOver = true
    this.#cutNow()
    return this.#following
  }

  async #follow(): Promise<void> {
    while (!this.#isOver) {
      await this.#oneConnection(randomInt(1, this.#options.mostItems))
      this.cuts++
    }
  }

  #oneConnection(count: number): Promise<void> {
    const { url, connectionParams, query, from } = this.#options
    const after = this.items.at(-1)?.position ?? from
    const { promise, resolve } = Promise.withResolvers<void>()
    const client = createClient({ url, connectionParams, webSocketImpl: WebSocket, retryAttempts: 0 })
    let left = count
    let isCut = false
    this.#cutNow = () => {
      if (isCut) return
      isCut = true
      socket?.terminate()
      resolve()
    }
    let socket: WebSocket | undefined
    client.on('opened', (opened) => {
      socket = opened as WebSocket
      if (isCut) socket.terminate()
    })
    client.subscribe<{ item: Item }>(
      { query, variables: { after } },
      {
        next: ({ data, errors }) => {
          if (isCut) return
          if (errors) this.errors.push(...errors)
          if (data) this.items.push(data.item)
          left--
          if (left <= 0 && !this.#isLeftAlone) this.#cutNow()
        },
        error: (error) => {
          if (isCut) return
          this.errors.push(error)
          this.#cutNow()
        },
        complete: () => this.#cutNow(),
      },
    )
    return promise
  }
}
