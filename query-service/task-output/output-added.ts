import type { RequestContext } from '../graphql/context.ts'
import { SubscriberIterator } from '../subscriptions/subscriber-iterator.ts'
import { type OutputArguments, outputOf } from './output-of.ts'
import type { OutputParent } from './parents.ts'

/** Reads on only when the client has taken what came before, so a slow one costs no memory. */
async function* added(context: RequestContext, args: OutputArguments, signal: AbortSignal): AsyncGenerator<OutputParent, void> {
  let { from = 0, attempt = null } = args
  let cut: OutputParent['cut'] = null
  while (!signal.aborted) {
    const output = await outputOf(context, { task: args.task, attempt, from })
    const isNews = output.chunks.length > 0 || output.isEnded || output.cut !== cut
    cut = output.cut
    from = output.next
    // From its first output on, the attempt stays the same.
    if (isNews) attempt = output.attempt || null
    if (isNews) yield output
    if (output.isEnded) return
    if (output.chunks.length > 0) continue
    const awaited = { taskId: args.task, attempt: output.attempt, orLater: attempt === null, next: output.next }
    await context.services.output.changed(awaited, signal)
  }
}

export const taskOutputAdded = {
  async subscribe(_root: unknown, args: OutputArguments, context: RequestContext) {
    const leave = context.services.output.enter()
    const ending = new AbortController()
    const close = () => {
      if (!ending.signal.aborted) leave()
      ending.abort()
    }
    return new SubscriberIterator<OutputParent>(close, () => undefined).over(added(context, args, ending.signal))
  },
  /** Each item is an answer of its own. */
  resolve(item: OutputParent, _args: unknown, context: RequestContext): OutputParent {
    context.renew()
    return item
  },
}
