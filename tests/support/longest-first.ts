import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, the longest first. The run is over sooner where none of them is begun last, with nothing left beside it. */
export const longFiles: readonly string[] = [
  'tests/e2e/kill.e2e.test.ts',
  'tests/e2e/read-models.e2e.test.ts',
  'tests/e2e/backup.e2e.test.ts',
  'tests/e2e/large-queue.e2e.test.ts',
  'tests/e2e/components.e2e.test.ts',
  'command-service/scheduler/scheduler.int.test.ts',
  'agent/main.int.test.ts',
  'agent/crons/own-crons.int.test.ts',
  'agent/shortage.int.test.ts',
  'docs/guides/extending.int.test.ts',
  'projection-service/verification.int.test.ts',
  'standalone/commands.int.test.ts',
  'tests/contracts/any-request.int.test.ts',
]

/** Begins with the files that take longest; the others come in Vitest's own order. A fresh machine has no times of an earlier run. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longFiles.indexOf(relative(this.ctx.config.root, moduleId))
      return place === -1 ? longFiles.length : place
    }
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other))
  }
}
