import sharedMessages from '@eventstore/db-client/generated/shared_pb.js'
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js'
import messages from '@eventstore/db-client/generated/streams_pb.js'

export interface StreamRead {
  /** First version; null: backwards from the last. */
  readonly from: number | null
  readonly limit: number
}

export interface AllRead {
  /** Commit position of a record, which is included if the server does so; null: from the end where the direction begins. */
  readonly from: number | null
  readonly direction: 'forwards' | 'backwards'
  readonly limit: number
  /** Of the names of streams; one of several. Null: every record, including those of the server itself. */
  readonly prefix: string | readonly string[] | null
}

// How many records the server looks at before it reports its progress; reads continue from there.
const searchWindow = 4096
const { Options } = messages.ReadReq
const empty = () => new sharedMessages.Empty()

export function streamRequest(stream: string, { from, limit }: StreamRead): ReadReq {
  const identifier = new sharedMessages.StreamIdentifier()
  identifier.setStreamName(Buffer.from(stream))
  const streamOptions = new Options.StreamOptions()
  streamOptions.setStreamIdentifier(identifier)
  if (from === null) streamOptions.setEnd(empty())
  else if (from === 0) streamOptions.setStart(empty())
  else streamOptions.setRevision(String(from))
  const options = new Options()
  options.setStream(streamOptions)
  options.setReadDirection(from === null ? 1 : 0)
  options.setCount(String(limit))
  return requestOf(options, null)
}

export function allRequest({ from, direction, limit, prefix }: AllRead): ReadReq {
  const options = new Options()
  options.setAll(allOptions(from, direction === 'forwards' ? 'start' : 'end'))
  options.setReadDirection(direction === 'forwards' ? 0 : 1)
  options.setCount(String(limit))
  return requestOf(options, prefix)
}

/** A subscription does not repeat the record at its start position. */
export function followRequest(after: number, prefix: string): ReadReq {
  const options = new Options()
  options.setAll(allOptions(after === 0 ? null : after, 'start'))
  options.setSubscription(new Options.SubscriptionOptions())
  return requestOf(options, prefix)
}

function allOptions(from: number | null, otherwise: 'start' | 'end') {
  const all = new Options.AllOptions()
  if (from !== null) {
    const position = new Options.Position()
    position.setCommitPosition(String(from))
    position.setPreparePosition(String(from))
    all.setPosition(position)
  } else if (otherwise === 'start') all.setStart(empty())
  else all.setEnd(empty())
  return all
}

function requestOf(options: ReadReq.Options, prefix: AllRead['prefix']): ReadReq {
  const uuidOption = new Options.UUIDOption()
  uuidOption.setString(empty())
  options.setUuidOption(uuidOption)
  options.setResolveLinks(false)
  if (prefix === null) options.setNoFilter(empty())
  else options.setFilter(filterOf(prefix))
  const request = new messages.ReadReq()
  request.setOptions(options)
  return request
}

function filterOf(prefix: string | readonly string[]) {
  const expression = new Options.FilterOptions.Expression()
  expression.setPrefixList([prefix].flat())
  const filter = new Options.FilterOptions()
  filter.setStreamIdentifier(expression)
  filter.setMax(searchWindow)
  filter.setCheckpointintervalmultiplier(1)
  return filter
}
