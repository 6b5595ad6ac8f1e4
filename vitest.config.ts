import { createRequire } from 'node:module'
import { requireJava } from '@elves/standalone/kafka/java.ts'
import { defineConfig } from 'vitest/config'
import { compileCache } from './tests/support/compile-cache.ts'
import { LongestFirst } from './tests/support/longest-first.ts'
import { preferRealPython } from './tests/support/real-python.ts'

preferRealPython()
process.env['NODE_COMPILE_CACHE'] ??= compileCache

/** What all projects have in common. */
const common = {
  exclude: ['**/node_modules/**', '**/.elves/**'],
  // Files share the modules that their process has loaded, because most of what a file needs the one before it needed too.
  isolate: false,
  // A condition may take its time on a busy machine; where it holds, a long limit costs nothing.
  expect: { poll: { timeout: 30_000 } },
}
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

/** Files at a time where the tests wait more than they work. Containers are one platform for all files. */
const filesAtOnce = process.env['ELVES_TEST_PLATFORM'] === 'compose' ? 1 : 3
const clustersAtOnce = 2

/** Without a broker one test says that they are skipped, and why. */
const [clusterTests, clusterAloneTests] = (await hasKafka())
  ? [['**/*.e2e.test.ts'], ['**/*.cluster.test.ts']]
  : [['tests/e2e/cluster-skipped.test.ts'], []]

/** What the projects have in common whose files start clusters. */
const inCluster = {
  ...common,
  env: { ELVES_TEST_PLATFORM: 'cluster' },
  globalSetup: ['tests/support/kafka-setup.ts', 'tests/support/platforms-of-run.ts'],
  setupFiles: ['tests/support/run-broker.ts', 'tests/support/run-folder.ts'],
  testTimeout: 240_000,
  hookTimeout: 180_000,
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      // Unit tests keep nothing: their files share the loaded modules.
      { resolve, test: { name: 'unit', include: ['**/*.unit.test.ts'], ...common, testTimeout: 20_000, maxWorkers: filesAtOnce } },
      {
        resolve,
        test: {
          name: 'int',
          include: ['**/*.int.test.ts'],
          ...common,
          testTimeout: 60_000,
          // A hook makes a database or starts a server, which takes as long as a test on a busy machine.
          hookTimeout: 60_000,
          globalSetup: ['tests/support/postgres-setup.ts'],
          // Each file has databases and folders of its own.
          maxWorkers: filesAtOnce,
        },
      },
      {
        resolve,
        test: {
          name: 'e2e',
          include: ['**/*.e2e.test.ts'],
          ...common,
          testTimeout: slowness * 180_000,
          hookTimeout: slowness * 120_000,
          maxWorkers: filesAtOnce,
          globalSetup: ['tests/support/platforms-of-run.ts'],
          setupFiles: ['tests/support/run-folder.ts'],
        },
      },
      {
        resolve,
        test: {
          // The dashboard in Chromium, on the standalone platform.
          name: 'browser',
          include: ['**/*.browser.test.ts'],
          ...common,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          maxWorkers: filesAtOnce,
          globalSetup: ['tests/browser/chromium-setup.ts', 'tests/support/platforms-of-run.ts'],
          setupFiles: ['tests/support/run-folder.ts'],
          sequence: { groupOrder: 8 },
        },
      },
      {
        resolve,
        test: {
          // What maintainers build with: the example of a guide in a copy of the tree, and the package of the agent.
          name: 'tooling',
          include: ['**/*.tooling.test.ts'],
          ...common,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          globalSetup: ['tests/support/postgres-setup.ts', 'tests/support/platforms-of-run.ts'],
          setupFiles: ['tests/support/run-folder.ts'],
          // The lock of a data folder is its path in the network of this machine, which the roots of all files share.
          fileParallelism: false,
          sequence: { groupOrder: 7 },
        },
      },
      {
        resolve,
        test: {
          // What a platform and an agent do while something is filled or runs short: each wants the machine for itself.
          name: 'pressure',
          include: ['**/*.pressure.test.ts'],
          ...common,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // Nothing of one may be left for the next.
          isolate: true,
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
          ...common,
          testTimeout: 60_000,
          // The first start of a broker is in there, with its download.
          hookTimeout: 180_000,
          globalSetup: ['tests/support/postgres-setup.ts', 'tests/support/kafka-setup.ts'],
          maxWorkers: clustersAtOnce,
          sequence: { groupOrder: 3 },
        },
      },
      {
        resolve,
        test: {
          ...inCluster,
          // The same end-to-end suite against `npm run cluster`.
          name: 'cluster',
          include: clusterTests,
          maxWorkers: clustersAtOnce,
          sequence: { groupOrder: 4 },
        },
      },
      {
        resolve,
        test: {
          ...inCluster,
          // What only a cluster promises, and clients of other makers: its processes are killed and frozen at any moment, so each file has the machine for itself.
          name: 'cluster-alone',
          include: clusterAloneTests,
          fileParallelism: false,
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
})
