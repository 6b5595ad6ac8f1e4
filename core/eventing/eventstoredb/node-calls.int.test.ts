import { EventStoreNode } from '@elves/tests/eventstoredb/event-store-node.ts'
import { NodeLog } from '@elves/tests/eventstoredb/node-log.ts'
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
  await expect(read()).rejects.toThrow('Failed to discover')
  expect(await Promise.all(lost)).toMatchObject([{ code: 14 }, { code: 14 }])
  await calls.close()
})
