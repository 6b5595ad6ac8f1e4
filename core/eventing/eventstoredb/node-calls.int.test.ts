import { createServer } from 'node:net'
import { EventStoreNode } from '@elves/tests/eventstoredb/event-store-node.ts'
import { NodeLog } from '@elves/tests/eventstoredb/node-log.ts'
import { waitFor } from '@elves/tests/support/wait-for.ts'
import { expect, it } from 'vitest'
import { NodeCalls } from './node-calls.ts'

it('survives that no node of a cluster is found while calls of the lost connection are still failing', async () => {
  const log = new NodeLog()
  const nodes = [await EventStoreNode.start({ log }), await EventStoreNode.start({ log })]
  const calls = new NodeCalls(`esdb://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}?tls=false`)
  const read = () => calls.readStream('task-1', { from: 0, limit: 1 })
  await read()
  const streams = await Promise.all([calls.follow(0, 'elves.'), calls.follow(0, 'elves.')])
  const lost = streams.map((stream) => new Promise<Error>((resolve) => stream.on('data', () => undefined).on('error', resolve)))
  for (const node of nodes) node.kill()
  // The client looks for nodes anew after the first failure; nothing would handle the promise of a later one.
  await expect(Promise.all([read(), read()])).rejects.toMatchObject({ code: 14 })
  await waitFor(async () => String(await read().catch((error: unknown) => error)).includes('Failed to discover'))
  expect(await Promise.all(lost)).toMatchObject([{ code: 14 }, { code: 14 }])
  await calls.close()
})

it('has one try at a time where a node is away, however many call, and uses it again once it is back', async () => {
  const log = new NodeLog()
  const node = await EventStoreNode.start({ log })
  const calls = new NodeCalls(`esdb://127.0.0.1:${node.port}?tls=false`)
  const read = () => calls.readStream('task-1', { from: 0, limit: 1 })
  await read()
  node.kill()
  await expect(read()).rejects.toMatchObject({ code: 14 })
  // Nobody listens for connections to it but this.
  let connections = 0
  const silent = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => silent.listen(node.port, '127.0.0.1', resolve))
  let failures = 0
  const endAt = performance.now() + 1_500
  const caller = async () => {
    while (performance.now() < endAt) {
      await read().catch(() => {
        failures += 1
      })
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  await Promise.all(Array.from({ length: 10 }, caller))
  await new Promise((resolve) => silent.close(resolve))
  expect(failures).toBeGreaterThan(connections * 10)
  const back = await EventStoreNode.start({ log, port: node.port })
  await waitFor(() => read())
  await calls.close()
  back.kill()
})
