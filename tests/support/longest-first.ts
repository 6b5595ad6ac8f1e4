import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, the longest first. The run is over sooner where none of them is begun last, with nothing left beside it. */
export const longFiles: readonly string[] = [
  'tests/e2e/read-models.e2e.test.ts',
  'tests/e2e/kill.e2e.test.ts',
  'tests/e2e/backup.e2e.test.ts',
  'tests/e2e/components.e2e.test.ts',
  'tests/e2e/demo.e2e.test.ts',
  'tests/e2e/outcomes.e2e.test.ts',
  'tests/e2e/agent-crons.e2e.test.ts',
  'tests/e2e/subscriptions.e2e.test.ts',
  'tests/e2e/rollout.e2e.test.ts',
  'tests/e2e/eventstoredb.e2e.test.ts',
  'tests/e2e/users.e2e.test.ts',
  'tests/e2e/large-queue.e2e.test.ts',
  'command-service/scheduler/scheduler.int.test.ts',
  'docs/guides/workers.int.test.ts',
  'tests/contracts/any-request.int.test.ts',
  'command-service/scheduler/dying-owner.int.test.ts',
  'agent/main.int.test.ts',
  'command-service/webhook-sender/webhook-sender.int.test.ts',
  'agent/crons/own-crons.int.test.ts',
  'agent/shortage.int.test.ts',
  'standalone/commands.int.test.ts',
  'standalone/postgres/embedded-postgres.int.test.ts',
  'projection-service/verification.int.test.ts',
  'query-service/tests/filters.int.test.ts',
  'command-service/access/access.int.test.ts',
  'core/read-models/queries.int.test.ts',
]

/**
 * Begins with the files that take longest; the others come in Vitest's own order. A fresh machine has no times of an earlier run. The
 * projects of a group stay apart, in the order of the configuration, because a process that changes the project loads everything again.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longFiles.indexOf(relative(this.ctx.config.root, moduleId))
      return place === -1 ? longFiles.length : place
    }
    const turn = ({ project }: TestSpecification) => this.ctx.projects.indexOf(project)
    const group = ({ project }: TestSpecification) => project.config.sequence.groupOrder
    return (await super.sort(files)).sort((one, other) => group(one) - group(other) || turn(one) - turn(other) || rank(one) - rank(other))
  }
}
