import { connect, createServer, type Socket } from 'node:net'

/** A proxy before a broker that can lose answers, as a network may at any time. */
export interface KafkaProxy {
  readonly port: number
  /** From now on, up to `limit` times, cuts the connection instead of passing on the answer to a produce request. */
  loseProduceAnswers(limit?: number): { readonly lost: () => number; readonly end: () => void }
  stop(): Promise<void>
}

const produceApi = 0

/** Listens on a free port at once; each connection goes to the port that `target` returns at that time. */
export async function kafkaProxy(target: () => number): Promise<KafkaProxy> {
  const sockets = new Set<Socket>()
  let lost = 0
  let limit = 0

  const server = createServer((client) => {
    const broker = connect(target(), '127.0.0.1')
    let unanswered: number | null = null
    const cut = () => {
      client.destroy()
      broker.destroy()
    }
    for (const socket of [client, broker]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', cut)
      socket.on('close', () => {
        sockets.delete(socket)
        cut()
      })
    }
    eachFrame(client, (frame) => {
      // length, api key, api version, correlation id
      if (lost < limit && frame.readInt16BE(4) === produceApi) unanswered ??= frame.readInt32BE(8)
      broker.write(frame)
    })
    eachFrame(broker, (frame) => {
      if (lost === limit || frame.readInt32BE(4) !== unanswered) return void client.write(frame)
      lost++
      cut()
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    loseProduceAnswers: (times = Number.MAX_SAFE_INTEGER) => {
      lost = 0
      limit = times
      const end = () => {
        limit = lost
      }
      return { lost: () => lost, end }
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** Splits a stream into Kafka's frames: 4 bytes of length, then that many bytes. */
function eachFrame(socket: Socket, onFrame: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0)
      onFrame(rest.subarray(0, end))
      rest = rest.subarray(end)
    }
  })
}
