import { inject } from 'vitest'
import type {} from './kafka-setup.ts'
import { runBrokerUrl } from './platform.ts'

/** Tells the platforms of this test file where the broker of the run is. */
process.env[runBrokerUrl] = inject('kafkaBrokersUrl')
