import { moveProcessor } from '@elves/core/command-api/move-processor.ts'
import { processorAggregate, processorId } from '@elves/core/domain/processor/processor.ts'
import { processorsReadModel } from '@elves/core/read-models/processors/index.ts'
import { evolveProcessorView, type ProcessorView } from '@elves/core/read-models/processors/processor-view.ts'
import type { EdgeFeature } from '../feature.ts'
import { pageRequest } from '../graphql/arguments.ts'
import { changed } from '../graphql/changed.ts'
import { anyOf } from '../subscriptions/any-of.ts'
import { followed } from '../subscriptions/followed.ts'
import { historyUpTo } from '../tasks/history.ts'
import { processorResults } from './results.ts'

const processorChanges = followed({
  name: 'processor',
  of: [processorAggregate],
  evolve: (view: ProcessorView | null, _id, recorded) => evolveProcessorView(view, recorded),
})

interface ProcessorFilter {
  readonly apps?: readonly string[]
  readonly names?: readonly string[]
}

function matches(filter: ProcessorFilter): (processor: ProcessorView) => boolean {
  const [apps, names] = [anyOf(filter.apps), anyOf(filter.names)]
  return ({ app, name }) => apps(app) && names(name)
}

export const processorsFeature = {
  readModels: [processorsReadModel],
  commands: [moveProcessor],
  changes: [processorChanges],
  resolvers: {
    Query: {
      processor: async (_root, { app, name, notBefore }, context) => {
        await context.reached(notBefore, ['processors'])
        const found = await context.services.readModels.of(processorsReadModel).byId(processorId(app, name))
        if (found) context.takeValue(found)
        return found
      },
    },
    Mutation: {
      moveProcessor: async (_root, { input }, { caller, services }) => {
        const { processorId: id, position, refusal } = await services.commands.call(moveProcessor, caller, input)
        return { id, position, refusal }
      },
    },
    Subscription: {
      processorResults,
      processorChanged: changed(processorChanges, matches, (processor, position) => ({ processor, position })),
    },
    MoveProcessorPayload: {
      processor: async ({ id, position }, _args, context) => {
        if (id === null) return null
        await context.reached(position, ['processors'])
        return context.services.readModels.of(processorsReadModel).byId(id)
      },
    },
    Processor: {
      position: ({ at }) => at,
      lag: async ({ app, at, position }, _args, context) => {
        await context.reached(position, ['processors'])
        return context.services.readModels.of(processorsReadModel).lag(app, at)
      },
      movedAt: ({ movedAt }) => movedAt,
      lastDeliveredAt: ({ deliveredAt }) => deliveredAt,
      history: async ({ id, version, position }, args, context, info) => {
        const { readPosition, readModels } = context.services
        // Each projector has its own checkpoint, so this waits until the event log has the last event that is shown.
        await readPosition.reached(position, ['event-log'])
        const stream = processorAggregate.streamOf(id)
        const page = await context.page(info, pageRequest(args, 100), (bounded) => readModels.streamEvents(stream, bounded))
        return historyUpTo(version, page)
      },
    },
    Task: { processing: ({ view }) => view.processing },
    Processing: {
      attempts: ({ calls }) => calls,
      lastError: ({ error }) => error,
    },
  },
} satisfies EdgeFeature
