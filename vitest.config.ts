import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'

const exclude = ['**/node_modules/**', '**/.elves/**']
/** graphql by the file that Node itself takes: its other one, which Vite prefers, would be a second instance beside mercurius'. */
const resolve = { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] }

export default defineConfig({
  test: {
    projects: [
      { resolve, test: { name: 'unit', include: ['**/*.unit.test.ts'], exclude } },
      {
        resolve,
        test: {
          name: 'int',
          include: ['**/*.int.test.ts'],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          globalSetup: ['tests/support/postgres-setup.ts', 'tests/support/kafka-setup.ts'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        test: {
          name: 'e2e',
          include: ['**/*.e2e.test.ts'],
          exclude,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          // Whole platforms: one at a time, after the others have left the machine to them.
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
