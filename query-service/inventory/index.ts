import { inventoryAggregate } from '@elves/core/domain/inventory/inventory.ts'
import { inventoryReadModel } from '@elves/core/read-models/inventory/index.ts'
import {
  evolveInventorySourceView,
  type InventorySourceStateName,
  type InventorySourceView,
} from '@elves/core/read-models/inventory/inventory-source-view.ts'
import type { EdgeFeature } from '../feature.ts'
import { changed } from '../graphql/changed.ts'
import { jsonBytes } from '../read-side/sizes.ts'
import { type StreamPages, streamEvents } from '../read-side/stream-events.ts'
import { anyOf } from '../subscriptions/any-of.ts'
import { followed } from '../subscriptions/followed.ts'

const inventorySourceChanges = followed({
  name: 'inventorySource',
  of: [inventoryAggregate],
  idsOf: ({ data }) => [data.source],
  evolve: (view: InventorySourceView | null, _id, recorded) => evolveInventorySourceView(view, recorded),
  before: (streams, id, { stream, position }) => sourceBefore(streams, stream, id, position),
})

/** All sources have one stream, so the view of one is folded from what is about it. */
async function sourceBefore(streams: StreamPages, stream: string, id: string, position: string): Promise<InventorySourceView | null> {
  let view: InventorySourceView | null = null
  for await (const event of streamEvents(streams, stream)) {
    if (event.position >= position) break
    if (inventoryAggregate.isEvent(event) && event.event.data.source === id) view = evolveInventorySourceView(view, event)
  }
  return view
}

interface InventorySourcesFilter {
  readonly names?: readonly string[]
  readonly states?: readonly InventorySourceStateName[]
}

function matches(filter: InventorySourcesFilter): (source: InventorySourceView) => boolean {
  const [names, states] = [anyOf(filter.names), anyOf(filter.states)]
  return ({ id, state }) => names(id) && states(state)
}

export const inventoryFeature = {
  readModels: [inventoryReadModel],
  changes: [inventorySourceChanges],
  resolvers: {
    Query: {
      inventorySources: async (_root, { notBefore }, context) => {
        await context.reached(notBefore, ['inventory'])
        const sources = await context.services.readModels.of(inventoryReadModel).all()
        context.take(jsonBytes(sources))
        return sources
      },
    },
    Subscription: {
      inventorySourceChanged: changed(inventorySourceChanges, matches, (inventorySource, position) => ({ inventorySource, position })),
    },
    InventorySource: {
      name: ({ id }) => id,
      kind: ({ settings }) => (settings.kind === 'FILE' ? 'FILE' : 'HTTP'),
      location: ({ settings }) => settings.location,
      matchBy: ({ settings }) => settings.matchBy,
      everyMs: ({ settings }) => settings.everyMs,
      entries: ({ counts }) => counts?.entries ?? null,
      agents: ({ counts }) => counts?.agents ?? null,
      skipped: ({ counts }) => counts?.skipped ?? null,
      position: ({ changedAt }) => changedAt,
    },
  },
} satisfies EdgeFeature
