import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Reinstruct } from '@elves/agent/processing/generated/processor_types.js'

/** A Thrift server as an app's processor is one, on a port of its own. */
export interface ProcessorServer {
  readonly port: number
  /** Every result that it was called with, in order. */
  readonly results: Reinstruct[]
  /** What it answers; a rejection becomes an exception of Thrift. Settable at any time. */
  answer: (result: Reinstruct) => string | Promise<string>
  stop(): Promise<void>
}

export async function processorServer(port = 0): Promise<ProcessorServer> {
  const [{ default: thrift }, { default: AppService }] = await Promise.all([
    import('thrift'),
    import('@elves/agent/processing/generated/AppService.js'),
  ])
  const results: Reinstruct[] = []
  const runProcessor = async (result: Reinstruct) => {
    results.push(result)
    return server.answer(result)
  }
  const listening = await listen(thrift.createServer(AppService, { runProcessor }) as Server, port)
  const server: ProcessorServer = { ...listening, results, answer: () => 'taken' }
  return server
}

/** A server that takes connections and does with them what it likes, as no processor does. */
export function anyServer(onConnection: (socket: Socket) => void): Promise<{ readonly port: number; stop(): Promise<void> }> {
  return listen(createServer(onConnection), 0)
}

async function listen(server: Server, port: number): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const open = new Set<Socket>()
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('error', () => undefined).once('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  // A Thrift server emits the errors of its connections as its own: an agent that is killed resets one.
  server.on('error', () => undefined)
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}
