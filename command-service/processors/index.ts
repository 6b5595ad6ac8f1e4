import { type Caller, type CommandAnswer, contextOf } from '@elves/core/command-api/command.ts'
import { type MoveProcessorRequest, moveProcessor } from '@elves/core/command-api/move-processor.ts'
import { processorAggregate, processorId } from '@elves/core/domain/processor/processor.ts'
import { parsePosition } from '@elves/core/eventing/position.ts'
import { refusedAs } from '../command-answers.ts'
import { handles } from '../command-handlers.ts'
import type { WriteFeature } from '../feature.ts'

export const processorsWriteFeature: WriteFeature = ({ store, aggregates }) => {
  async function move(caller: Caller, { app, name, position, idempotencyKey }: MoveProcessorRequest): Promise<CommandAnswer<'processor'>> {
    const stream = processorAggregate.streamOf(processorId(app, name))
    const head = await store.head()
    const [asked, last] = [parsePosition(position), parsePosition(head)]
    const sequence = asked.logId === last.logId ? asked.sequence : null
    const command = { type: 'MoveProcessor', app, name, sequence, head: last.sequence, idempotencyKey } as const
    const handled = await aggregates.handle({ aggregate: processorAggregate, stream, commands: [command], context: contextOf(caller) })
    if (handled.rejection) return refusedAs('processor')(handled.rejection)
    const events = handled.recorded.length > 0 || handled.version < 0 ? handled.recorded : await store.readStream(stream, { from: handled.version })
    return { processorId: processorId(app, name), events, position: events.at(-1)?.position ?? head, refusal: null }
  }

  return { commands: [handles(moveProcessor, move)] }
}
