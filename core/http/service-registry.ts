import { Counter, collectDefaultMetrics, Registry } from 'prom-client'
import { droppedLogLines } from '../foundation/log-outlet.ts'

/** Gauges of Node with names that only a counter may have. The same numbers are there under other names. */
const misnamed = ['nodejs_active_resources_total', 'nodejs_active_handles_total', 'nodejs_active_requests_total']

/**
 * So often the delay of the event loop is looked at; its mean and quantiles include that time. Each look wakes the process: with 10 ms, the
 * default, these were 100 of the 115 times a second that an idle one woke.
 */
const delayEveryMs = 100

/** Returns the metrics of a service: those of Node, those of its log, and what its parts add. */
export function serviceRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: delayEveryMs })
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
