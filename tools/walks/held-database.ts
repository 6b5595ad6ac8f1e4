import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

/** A way to a database on which one statement can be held. */
export interface HeldDatabase {
  /** The url of the database, by this way. */
  readonly url: string
  /** Resolves when a message with this text is on its way to the database. It stays there until the result is called. */
  hold(text: string): Promise<() => void>
  stop(): void
}

export async function heldDatabase(databaseUrl: string): Promise<HeldDatabase> {
  const target = new URL(databaseUrl)
  let wanted: { readonly text: string; came(release: () => void): void } | null = null
  const sockets = new Set<{ destroy(): void }>()
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname)
    for (const socket of [client, database]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        client.destroy()
        database.destroy()
      })
    }
    database.pipe(client)
    client.on('data', (chunk) => {
      if (!wanted || !chunk.includes(wanted.text)) {
        database.write(chunk)
        return
      }
      const { came } = wanted
      wanted = null
      client.pause()
      came(() => {
        database.write(chunk)
        client.resume()
      })
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    hold(text) {
      const { promise, resolve } = Promise.withResolvers<() => void>()
      wanted = { text, came: resolve }
      return promise
    },
    stop() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
