import { createRequire } from 'node:module'
import { requireJava } from '@elves/standalone/kafka/java.ts'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './tests/support/longest-first.ts'

const exclude = ['**/node_modules/**', '**/.elves/**']
/** graphql by the file that Node itself takes: its other one, which Vite prefers, would be a second instance beside graphql-ws'. */
const resolve = { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] }

/** The cluster brings a Kafka broker, which needs Java, or takes the one that is given. */
async function hasKafka(): Promise<boolean> {
  if (process.env['ELVES_TEST_KAFKA_BROKERS']) return true
  return requireJava().then(
    () => true,
    () => false,
  )
}

/** Containers are up within a minute on a machine of their own, later on one that others use too. */
const slowness = process.env['ELVES_TEST_PLATFORM'] === 'compose' ? 4 : 1

/**
 * Files at a time where the tests wait more than they work. Containers are one platform for all files, and a cluster has work for
 * every core.
 */
const atOnce = 2
const platformsAtOnce = process.env['ELVES_TEST_PLATFORM'] === 'compose' ? 1 : atOnce

/** Without a broker one test says that they are skipped, and why. */
const clusterTests = (await hasKafka()) ? ['**/*.e2e.test.ts', '**/*.cluster.test.ts'] : ['tests/e2e/cluster-skipped.test.ts']

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      // Unit tests keep nothing: their files share the loaded modules.
      { resolve, test: { name: 'unit', include: ['**/*.unit.test.ts'], exclude, isolate: false } },
      {
        resolve,
        test: {
          name: 'int',
          include: ['**/*.int.test.ts'],
          exclude,
          testTimeout: 60_000,
          // A hook makes a database or starts a server, which takes as long as a test on a busy machine.
          hookTimeout: 60_000,
          globalSetup: ['tests/support/postgres-setup.ts'],
          // Each file has databases and folders of its own, and they share the loaded modules.
          maxWorkers: 3,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        test: {
          name: 'e2e',
          include: ['**/*.e2e.test.ts'],
          exclude,
          testTimeout: slowness * 180_000,
          hookTimeout: slowness * 120_000,
          maxWorkers: platformsAtOnce,
          // Whole platforms, after the others have left the machine to them.
          sequence: { groupOrder: 2 },
        },
      },
      {
        resolve,
        test: {
          // What a platform and an agent do while something is filled or runs short: each wants the machine for itself.
          name: 'pressure',
          include: ['**/*.pressure.test.ts'],
          exclude,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 5 },
        },
      },
      {
        resolve,
        test: {
          // Integration tests that need a broker.
          name: 'kafka',
          include: ['**/*.kafka.test.ts'],
          exclude,
          testTimeout: 60_000,
          // The first start of a broker is in there, with its download.
          hookTimeout: 180_000,
          globalSetup: ['tests/support/postgres-setup.ts', 'tests/support/kafka-setup.ts'],
          sequence: { groupOrder: 3 },
        },
      },
      {
        resolve,
        test: {
          // The same end-to-end suite against `npm run cluster`, and what is a cluster's only.
          name: 'cluster',
          include: clusterTests,
          exclude,
          env: { ELVES_TEST_PLATFORM: 'cluster' },
          globalSetup: ['tests/support/kafka-setup.ts'],
          setupFiles: ['tests/support/run-broker.ts'],
          testTimeout: 240_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
})
