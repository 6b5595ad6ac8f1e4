import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { ElvesError } from '@elves/core/foundation/errors.ts'
import { cutText } from '@elves/core/foundation/text.ts'
import { decode, decodeAs, encode, UndecodableMessage } from '@elves/schemas/codec/codec.ts'
import { challengeHeader } from '@elves/schemas/link/hello-statement.ts'
import { frameBytes } from '@elves/schemas/link/protocol.ts'
import WebSocket from 'ws'
import { Dialogue } from './dialogue.ts'
import { gatewayAddress } from './gateway-address.ts'
import type { Dial, LinkSession, LinkSessionOptions } from './link-session.ts'

/** Most characters of a refusal by HTTP that go into the log. */
const mostSaid = 500
const connectTimeoutMs = 10_000
/** How long a close may take before the socket is torn down. */
const closeTimeoutMs = 1_000
/** With more bytes than this in its buffer, the socket takes no messages until it has written some. */
const bufferedBytes = 1024 * 1024

/** How the agent knows the gateway at a wss:// address. */
export interface GatewayTls {
  /** PEM of the authorities that may have signed its certificate; default those that Node trusts. */
  readonly ca?: string
  /** SHA-256 of its certificate, 64 lower-case hex digits: exactly this one is taken, whoever signed it. */
  readonly certificateSha256?: string
}

/** Sessions over a WebSocket to the gateway at this URL, which has no join token in it. */
export function socketDial(url: string, tls: GatewayTls = {}): Dial {
  return (options) => new SocketSession(url, tls, options)
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
  #isNobodyListening = false

  constructor(url: string, { ca, certificateSha256: pinned }: GatewayTls, options: LinkSessionOptions) {
    this.#options = options
    const limits = { perMessageDeflate: false, maxPayload: frameBytes, handshakeTimeout: connectTimeoutMs }
    // A pinned certificate is compared below, before anything is said.
    this.#socket = new WebSocket(url, { ...limits, ...(ca !== undefined && { ca }), rejectUnauthorized: pinned === undefined })
    this.#dialogue = new Dialogue(options, {
      say: (message) => this.#socket.send(encode('Frame', { messages: [message] })),
      giveUp: () => this.#socket.terminate(),
    })
    // A center of a release without keys gives none, and looks at no proof.
    let challenge = ''
    this.#socket.on('upgrade', ({ headers, socket }) => {
      challenge = String(headers[challengeHeader] ?? '')
      if (pinned !== undefined && certificateSha256(socket) !== pinned) {
        this.#dialogue.giveUp(`the gateway's certificate is ${certificateSha256(socket)}, not the pinned one`)
      }
    })
    this.#socket.on('open', () => {
      if (!this.#dialogue.isOver) this.#dialogue.greet(challenge)
    })
    this.#socket.on('unexpected-response', (_request, response) => this.#onNoUpgrade(response))
    this.#socket.on('message', (data: Buffer) => this.#onFrame(data))
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#isNobodyListening = error.code === 'ECONNREFUSED'
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

  /** What the gateway says instead of a link: it has the reason. */
  #onNoUpgrade(response: IncomingMessage): void {
    let said = ''
    const tell = () => this.#dialogue.giveUp(`the gateway answers ${response.statusCode} ${cutText(said.trim(), mostSaid)}`)
    response.setEncoding('utf8').on('data', (chunk: string) => {
      said = cutText(said + chunk, mostSaid)
    })
    response.once('end', tell).once('error', tell)
    this.#dialogue.giveUpAfter(closeTimeoutMs, `the gateway answers ${response.statusCode}`)
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
    this.#options.onClosed(reason === '' ? `${why} (${code})` : `${why} (${code} ${reason})`, this.#isNobodyListening)
  }
}

/** Returns the SHA-256 of the other side's certificate, 64 hex digits; empty where there is none. */
function certificateSha256(socket: Duplex): string {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
  return certificate?.fingerprint256.replaceAll(':', '').toLowerCase() ?? ''
}
