import { Counter, collectDefaultMetrics, Registry } from 'prom-client'
import { droppedLogLines } from '../foundation/log-outlet.ts'

/** Gauges of Node whose names end as only a counter's may; the same numbers are there by other names. */
const misnamed = ['nodejs_active_resources_total', 'nodejs_active_handles_total', 'nodejs_active_requests_total']

/** The metrics of a service: Node's own, what its log lost, and what its parts add. */
export function serviceRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of misnamed) registry.removeSingleMetric(name)
  new Counter({
    name: 'elves_log_dropped_lines_total',
    help: 'Lines of the log that were dropped because they could not be written.',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(droppedLogLines())
    },
  })
  return registry
}
