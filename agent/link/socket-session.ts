import { ElvesError } from '@elves/core/foundation/errors.ts'
import { decode, decodeAs, encode, UndecodableMessage } from '@elves/schemas/codec/codec.ts'
import { frameBytes } from '@elves/schemas/link/protocol.ts'
import WebSocket from 'ws'
import { Dialogue } from './dialogue.ts'
import { gatewayAddress } from './gateway-address.ts'
import type { Dial, LinkSession, LinkSessionOptions } from './link-session.ts'

const connectTimeoutMs = 10_000
/** How long a close may take before the socket is torn down. */
const closeTimeoutMs = 1_000
/** With more bytes than this in its buffer, the socket takes no messages until it has written some. */
const bufferedBytes = 1024 * 1024

/** Sessions over a WebSocket to the gateway at this URL, which has no join token in it. */
export function socketDial(url: string): Dial {
  return (options) => new SocketSession(url, options)
}

/** The options of an agent link for the gateway at this URL, as the center prints it. Throws CONFIG_INVALID. */
export function gatewayLink(text: string): { readonly dial: Dial; readonly joinToken: string } {
  const { url, joinToken } = gatewayAddress(text)
  return { dial: socketDial(url), joinToken }
}

/** A session over one socket, which carries frames of messages in both directions. */
class SocketSession implements LinkSession {
  readonly #options: LinkSessionOptions
  readonly #socket: WebSocket
  readonly #dialogue: Dialogue
  readonly #closed: Promise<void>

  constructor(url: string, options: LinkSessionOptions) {
    this.#options = options
    this.#socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: frameBytes, handshakeTimeout: connectTimeoutMs })
    this.#dialogue = new Dialogue(options, {
      say: (message) => this.#socket.send(encode('Frame', { messages: [message] })),
      giveUp: () => this.#socket.terminate(),
    })
    this.#socket.on('open', () => this.#dialogue.greet())
    this.#socket.on('message', (data: Buffer) => this.#onFrame(data))
    this.#socket.on('error', (error) => {
      if (!this.#dialogue.isOver) this.#dialogue.why = error.message
    })
    this.#closed = new Promise((resolve) => {
      this.#socket.on('close', (code, reason) => {
        this.#onClose(code, reason.toString())
        resolve()
      })
    })
  }

  get isWritable(): boolean {
    return this.#dialogue.isUp && this.#socket.bufferedAmount < bufferedBytes
  }

  send(messages: readonly Uint8Array[]): void {
    const isFilling = this.#socket.bufferedAmount > 0
    this.#socket.send(encode('Frame', { messages }), isFilling ? () => this.#options.onWritable() : undefined)
  }

  /** The caller bounds how much of it is in the socket before a report. */
  sendOutput(messages: readonly Uint8Array[]): void {
    this.send(messages)
  }

  askTime(): void {
    this.#dialogue.askTime()
  }

  async close(lastMessage: Uint8Array | null): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return
    this.#dialogue.end()
    if (this.#socket.readyState === WebSocket.OPEN) {
      if (lastMessage) this.#socket.send(encode('Frame', { messages: [lastMessage] }))
      this.#socket.close(1000)
    } else {
      this.#socket.terminate()
    }
    const timer = setTimeout(() => this.#socket.terminate(), closeTimeoutMs)
    await this.#closed
    clearTimeout(timer)
  }

  #onFrame(data: Buffer): void {
    // The socket may still deliver data that it had received before it was torn down.
    if (this.#dialogue.isOver) return
    this.#dialogue.heard()
    try {
      for (const message of decodeAs('Frame', data).messages.map(decode)) void this.#dialogue.take(message)
    } catch (error) {
      if (!(error instanceof UndecodableMessage)) throw error
      this.#options.logger.error({ err: new ElvesError('FRAME_INVALID', error.message, { cause: error }) }, 'the center sent an unreadable frame')
      this.#dialogue.giveUp('unreadable frame')
    }
  }

  #onClose(code: number, reason: string): void {
    this.#dialogue.end()
    const { why } = this.#dialogue
    this.#options.onClosed(reason === '' ? `${why} (${code})` : `${why} (${code} ${reason})`)
  }
}
