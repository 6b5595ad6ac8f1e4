import { labelledCounter, labelledDurations } from '@elves/core/foundation/metrics.ts'
import type { Registry } from 'prom-client'
import { codeOfAnswer } from './answers.ts'

export interface RestMetrics {
  /** `path` is that of the route; any other path counts as `other`. */
  answered(path: string, answer: string, tookMs: number): void
}

export function restMetrics(registry: Registry, endpoints: readonly string[]): RestMetrics {
  const known = [...endpoints, 'other']
  const requests = labelledCounter(registry, {
    name: 'elves_rest_requests_total',
    help: 'Calls of REST v2 by endpoint and by the code of the answer; OK where it is no refusal.',
    labels: { endpoint: known, code: ['OK'] },
  })
  const seconds = labelledDurations(registry, {
    name: 'elves_rest_request_duration_seconds',
    help: 'Duration of calls of REST v2 by endpoint, until the task has ended.',
    labels: { endpoint: known },
  })
  return {
    answered(path, answer, tookMs) {
      const endpoint = endpoints.includes(path) ? path : 'other'
      requests.inc({ endpoint, code: codeOfAnswer(answer) })
      seconds.observe({ endpoint }, tookMs / 1000)
    },
  }
}
