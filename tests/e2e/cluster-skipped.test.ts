import { test } from 'vitest'

/** Replaces the end-to-end suite against the cluster if there is no broker for it (vitest.config.ts). */
test.skip('the end-to-end suite against the cluster (needs Kafka: there is no Java 17 or later, and ELVES_TEST_KAFKA_BROKERS names no brokers)', () =>
  undefined)
