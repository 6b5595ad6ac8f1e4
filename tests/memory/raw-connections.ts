import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { waitFor } from '../support/wait-for.ts'

/** Sockets of one test, to be closed at its end. */
export class RawConnections {
  readonly #url: URL
  readonly #sockets = new Set<Socket>()
  /** How many the other side has ended, or never let in. */
  ended = 0

  /** `http://host:port` */
  constructor(url: string) {
    this.#url = new URL(url)
  }

  /** Sends these bytes on a new connection, as far as the other side takes them, and never reads an answer. */
  async open(...parts: readonly (string | Buffer)[]): Promise<Socket> {
    const socket = connect(Number(this.#url.port), this.#url.hostname)
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.ended += 1
      this.#sockets.delete(socket)
    })
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined)
    for (const part of parts) socket.write(part)
    return socket
  }

  /** Opens so many, some at a time. */
  async openMany(count: number, ...parts: readonly (string | Buffer)[]): Promise<void> {
    for (let opened = 0; opened < count; opened += 50) {
      await Promise.all(Array.from({ length: Math.min(50, count - opened) }, () => this.open(...parts)))
    }
  }

  /** Waits until all that was given to the sockets has left them or can not leave them. */
  async settled(): Promise<void> {
    let before = -1
    await waitFor(
      () => {
        const now = [...this.#sockets].reduce((sum, socket) => sum + socket.writableLength, 0)
        const isSettled = now === before
        before = now
        return isSettled
      },
      { timeoutMs: 60_000, everyMs: 500, what: 'an end of the writing' },
    )
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}
