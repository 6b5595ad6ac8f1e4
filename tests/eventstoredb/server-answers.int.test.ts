import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import sharedMessages from '@eventstore/db-client/generated/shared_pb.js'
import services, { type StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { BatchAppendReq, BatchAppendResp, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import messages from '@eventstore/db-client/generated/streams_pb.js'
import { credentials, type ServiceError } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { waitFor } from '../support/wait-for.ts'
import { EventStoreNode, type NodeOptions } from './event-store-node.ts'
import { NodeLog, type ProposedNodeRecord } from './node-log.ts'

/**
 * What servers of 22.10.5 and 24.6.0 were seen to answer, by raw stubs. The double must answer so; a server is asked too where
 * ELVES_TEST_EVENTSTOREDB names one without TLS.
 */
const { ELVES_TEST_EVENTSTOREDB: given = '' } = process.env
const givenAddress = /^esdb:\/\/([^/?]+)\/?\?(?:.*&)?tls=false/.exec(given)?.[1]

interface Asked {
  readonly stream: string
  readonly expected: number
  readonly ids: readonly string[]
  readonly bytes?: number
  /** Sends the events in so many messages. */
  readonly parts?: number
}

type Answer = Readonly<Record<string, unknown>>

const id = () => randomUUID()
const ids = (count: number) => Array.from({ length: count }, id)

describe.each([
  ['a double', null],
  ['a server', givenAddress],
] as const)('%s', (_, address) => {
  describe.skipIf(address === undefined)('answers a batch append', () => {
    let node: EventStoreNode | null = null
    let client: StreamsClient
    let log: NodeLog
    beforeAll(async () => {
      log = new NodeLog()
      node = address === null ? await EventStoreNode.start({ log }) : null
      client = new services.StreamsClient(address ?? `127.0.0.1:${node?.port}`, credentials.createInsecure())
    })
    afterAll(() => {
      client.close()
      node?.kill()
    })

    it('with revision and position of the last event, to a repetition as the first time', async () => {
      const { ask, end } = batches(client)
      const [stream, all] = [`double-${id()}`, ids(3)]
      const first = await ask({ stream, expected: -1, ids: all })
      expect(first).toMatchObject({ revision: 2, position: expect.any(Number) })
      expect(await ask({ stream, expected: -1, ids: all })).toEqual(first)
      const two = await ask({ stream, expected: -1, ids: all.slice(0, 2) })
      expect(two).toMatchObject({ revision: 1 })
      expect(two['position']).toBeLessThan(first['position'] as number)
      end()
    })

    it('with the present version where another one was expected', async () => {
      const { ask, end } = batches(client)
      const [stream, all] = [`double-${id()}`, ids(3)]
      await ask({ stream, expected: -1, ids: all })
      const wrong = { code: 6, message: 'WrongExpectedVersion', type: 'event_store.client.WrongExpectedVersion', current: 2 }
      expect(await ask({ stream, expected: -1, ids: ids(1) })).toEqual({ ...wrong, expected: -1 })
      expect(await ask({ stream, expected: 7, ids: ids(1) })).toEqual({ ...wrong, expected: 7 })
      // An id is unique only with its place.
      expect(await ask({ stream, expected: 2, ids: all.slice(0, 1) })).toMatchObject({ revision: 3 })
      end()
    })

    it('with an error where it is too large, and the stream goes on', async () => {
      const { ask, end } = batches(client)
      const tooLarge = { code: 3, message: 'MaximumAppendSizeExceeded', type: 'event_store.client.MaximumAppendSizeExceeded', most: 1_048_576 }
      expect(await ask({ stream: `double-${id()}`, expected: -1, ids: ids(1), bytes: 1_200_000 })).toEqual(tooLarge)
      expect(await ask({ stream: `double-${id()}`, expected: -1, ids: ids(1), bytes: 6_000_000 })).toEqual(tooLarge)
      expect(await ask({ stream: `double-${id()}`, expected: -1, ids: ids(1) })).toMatchObject({ revision: 0 })
      end()
    })

    it('as one, where it comes in parts; with success, where it has no events; with an error, where it has no stream', async () => {
      const { ask, end } = batches(client)
      expect(await ask({ stream: `double-${id()}`, expected: -1, ids: ids(4), parts: 2 })).toMatchObject({ revision: 3 })
      expect(await ask({ stream: `double-${id()}`, expected: -1, ids: [] })).toMatchObject({ noStream: true, position: expect.any(Number) })
      expect(await ask({ stream: '', expected: -1, ids: ids(1) })).toMatchObject({ code: 3 })
      end()
    })

    it.skipIf(address !== null)('to a deleted stream, and while it starts', async () => {
      const { ask, end } = batches(client)
      const stream = `double-${id()}`
      log.tombstone(stream)
      expect(await ask({ stream, expected: -1, ids: ids(1) })).toMatchObject({ code: 5, type: 'event_store.client.StreamDeleted' })
      if (node) node.isStarting = true
      expect(await ask({ stream: `double-${id()}`, expected: -1, ids: ids(1) })).toMatchObject({ code: 0, message: 'Server Is Not Ready' })
      if (node) node.isStarting = false
      end()
    })
  })
})

describe('a double', () => {
  const event = (): ProposedNodeRecord => ({
    id: id(),
    type: 'A',
    contentType: 'application/json',
    data: Buffer.from('{}'),
    metadata: Buffer.alloc(0),
  })

  async function subscribed(options: Partial<NodeOptions> = {}) {
    const log = new NodeLog()
    const node = await EventStoreNode.start({ log, ...options })
    const client = new services.StreamsClient(`127.0.0.1:${node.port}`, credentials.createInsecure())
    const call = client.read(subscription())
    const seen: ReadResp[] = []
    const failed = once(call, 'error').then(([error]) => error as ServiceError)
    call.on('data', (response: ReadResp) => seen.push(response))
    return { log, node, seen, failed, call, client }
  }

  it('drops a live subscription for which more than 32 events wait, and none where fewer do', async () => {
    const { log, node, seen, failed, client } = await subscribed()
    await waitFor(() => seen.some((response) => response.hasCaughtUp()))
    log.append('double-1', -1, Array.from({ length: 32 }, event))
    await waitFor(() => seen.filter((response) => response.hasEvent()).length >= 34)
    log.append('double-1', 31, Array.from({ length: 40 }, event))
    const details = 'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.'
    expect(await failed).toMatchObject({ code: 10, details })
    expect(node.counts).toMatchObject({ subscriptions: 1, drops: 1 })
    client.close()
    node.kill()
  })

  it('drops none as release 24.6', async () => {
    const { log, node, seen, call, client } = await subscribed({ release: '24.6' })
    call.on('error', () => undefined)
    await waitFor(() => seen.some((response) => response.hasCaughtUp()))
    log.append('double-1', -1, Array.from({ length: 400 }, event))
    await waitFor(() => seen.filter((response) => response.hasEvent()).length >= 400)
    expect(node.counts.drops).toBe(0)
    client.close()
    node.kill()
  })
})

function subscription() {
  const { Options } = messages.ReadReq
  const all = new Options.AllOptions()
  all.setStart(new sharedMessages.Empty())
  const options = new Options()
  options.setAll(all)
  options.setSubscription(new Options.SubscriptionOptions())
  options.setNoFilter(new sharedMessages.Empty())
  options.setReadDirection(0)
  const request = new messages.ReadReq()
  request.setOptions(options)
  return request
}

/** One stream of batch appends, and a function that asks and waits for the answer. */
function batches(client: StreamsClient) {
  const call = client.batchAppend()
  const waiting = new Map<string, (answer: Answer) => void>()
  call.on('error', () => undefined)
  call.on('data', (response: BatchAppendResp) => waiting.get(response.getCorrelationId()?.getString() ?? '')?.(shown(response)))
  return {
    ask(asked: Asked): Promise<Answer> {
      const correlationId = id()
      return new Promise((resolve) => {
        waiting.set(correlationId, resolve)
        for (const request of requestsOf(correlationId, asked)) call.write(request)
      })
    },
    end: () => call.cancel(),
  }
}

function requestsOf(correlationId: string, { stream, expected, ids: all, bytes = 2, parts = 1 }: Asked): BatchAppendReq[] {
  const perPart = Math.max(1, Math.ceil(all.length / parts))
  return Array.from({ length: parts }, (_, part) => {
    const request = new messages.BatchAppendReq()
    request.setCorrelationId(uuid(correlationId))
    if (part === 0) {
      const identifier = new sharedMessages.StreamIdentifier()
      identifier.setStreamName(Buffer.from(stream))
      const options = new messages.BatchAppendReq.Options()
      options.setStreamIdentifier(identifier)
      if (expected < 0) options.setNoStream(new sharedMessages.Empty() as never)
      else options.setStreamPosition(String(expected))
      request.setOptions(options)
    }
    for (const one of all.slice(part * perPart, (part + 1) * perPart)) {
      const message = new messages.BatchAppendReq.ProposedMessage()
      message.setId(uuid(one))
      message.getMetadataMap().set('type', 'A').set('content-type', 'application/octet-stream')
      message.setData(Buffer.alloc(bytes, 'x'))
      request.addProposedMessages(message)
    }
    request.setIsFinal(part === parts - 1)
    return request
  })
}

function uuid(text: string) {
  const message = new sharedMessages.UUID()
  message.setString(text)
  return message
}

function shown(response: BatchAppendResp): Answer {
  const success = response.getSuccess()
  if (success) {
    const position = Number(success.getPosition()?.getCommitPosition())
    return success.hasNoStream() ? { noStream: true, position } : { revision: Number(success.getCurrentRevision()), position }
  }
  const error = response.getError()
  const details = error?.getDetails()
  const type = details?.getTypeName() ?? ''
  const told = { code: error?.getCode() as number, message: error?.getMessage(), type }
  const misfit = details?.unpack(sharedMessages.WrongExpectedVersion.deserializeBinary, 'event_store.client.WrongExpectedVersion')
  if (misfit) {
    const expected = misfit.hasExpectedNoStream() ? -1 : Number(misfit.getExpectedStreamPosition())
    return { ...told, current: Number(misfit.getCurrentStreamRevision()), expected }
  }
  const large = details?.unpack(sharedMessages.MaximumAppendSizeExceeded.deserializeBinary, 'event_store.client.MaximumAppendSizeExceeded')
  return large ? { ...told, most: large.getMaxappendsize() } : told
}
