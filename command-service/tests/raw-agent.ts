import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { until } from './test-agent.ts'

/** A client that speaks WebSocket byte by byte, so that it can break it anywhere. It never answers a close. */
export class RawAgent {
  readonly socket: Socket
  received = Buffer.alloc(0)

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk])
    })
    socket.on('error', () => undefined)
  }

  static async dial(url: string): Promise<RawAgent> {
    const { hostname, port } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    await once(socket, 'connect')
    return new RawAgent(socket)
  }

  /** Connects, and waits for the answer to its upgrade. */
  static async upgraded(url: string, path = new URL(url).pathname, host = '127.0.0.1'): Promise<RawAgent> {
    const agent = await RawAgent.dial(url)
    const key = 'dGhlIHNhbXBsZSBub25jZQ=='
    const lines = [`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']
    agent.socket.write(`${lines.join('\r\n')}\r\nSec-WebSocket-Key: ${key}\r\n\r\n`)
    await until(() => agent.received.includes('\r\n\r\n'), 'the answer to an upgrade')
    return agent
  }

  get answer(): string {
    return this.received.toString('latin1').split('\r\n')[0] ?? ''
  }

  /** Sends the head of a masked frame, and a part of the bytes that it announces. */
  begin(announcedBytes: number, sentBytes: number, firstByte = 0x82): void {
    const head = Buffer.alloc(14)
    head.writeUInt8(firstByte, 0)
    head.writeUInt8(0x80 | 127, 1)
    head.writeBigUInt64BE(BigInt(announcedBytes), 2)
    this.socket.write(Buffer.concat([head, Buffer.alloc(sentBytes)]))
  }

  /** Returns a whole masked frame of less than 126 bytes. */
  frame(firstByte: number, bytes: Buffer): Buffer {
    return Buffer.concat([Buffer.of(firstByte, 0x80 | bytes.length, 0, 0, 0, 0), bytes])
  }

  /** Resolves when the other side has ended the connection, or broken it. */
  async ended(): Promise<void> {
    await until(() => this.socket.readableEnded || this.socket.destroyed, 'the end of the connection')
  }

  drop(): void {
    this.socket.destroy()
  }
}
