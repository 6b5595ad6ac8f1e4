import { silentLogger } from '@elves/core/foundation/log.ts'
import { hearHurry } from '@elves/core/read-models/hurry.ts'
import { migrateReadModels, readSchema } from '@elves/core/read-models/migrate.ts'
import { postgresReadModels } from '@elves/core/read-models/postgres-read-models.ts'
import { readModelNames } from '@elves/core/read-models/registry.ts'
import { projectionService } from '@elves/projection-service/projection-service.ts'
import { readPosition } from '@elves/query-service/read-side/read-position.ts'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { readModelDatabase } from '../support/read-model-database.ts'
import { appendInOrder, sampleHistory } from '../support/sample-history.ts'

test('a reader that waits for a position gets it at once from projectors of another process that would gather for long', async () => {
  const database = await readModelDatabase()
  const { pool, store, url } = database
  await migrateReadModels(pool)
  const service = await projectionService({ store, log: store, pool, logger: silentLogger, registry: new Registry(), gatherMs: 600_000 })
  const hearing = hearHurry(url, readSchema, silentLogger, (position) => service.hurry(position))
  const readModels = await postgresReadModels({ connectionString: url, logger: silentLogger })
  const position = readPosition(readModels)
  try {
    for (const seed of [1, 2, 3]) {
      await appendInOrder(store, sampleHistory({ seed, tasks: 5, agents: 1 }))
      const head = await store.head()
      await position.reached(head, readModelNames)
      expect((await readModels.projectors()).map((projector) => projector.position)).toEqual(readModelNames.map(() => head))
    }
  } finally {
    position.stop()
    await readModels.close()
    await hearing.stop()
    await service.stop()
    await database.close()
  }
})
