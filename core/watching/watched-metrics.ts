import type { Registry } from 'prom-client'

/** Of one process: what flows through it and how it is. A rate is told by the growth of the counter between two looks. */
export interface Watched {
  /** Short names of counters, with the metric that has them and, where one label tells them apart, its value. */
  readonly counters: Readonly<Record<string, readonly [metric: string, label?: string, value?: string]>>
  /** Short names of numbers that are told as they are. Of several values the largest is told. */
  readonly gauges: Readonly<Record<string, readonly [metric: string, label?: string, value?: string]>>
}

/** What every process tells. Short names stand in `components.metrics` and in the flows. */
export const watched: Watched = {
  counters: {
    httpRequests: ['elves_http_requests_total'],
    graphqlRequests: ['elves_graphql_requests_total'],
    restRequests: ['elves_rest_requests_total'],
    commands: ['elves_commands_total'],
    taskEvents: ['elves_task_events_total'],
    taskReports: ['elves_task_reports_total'],
    tasksEnded: ['elves_tasks_ended_total'],
    framesIn: ['elves_gateway_frames_total', 'direction', 'in'],
    framesOut: ['elves_gateway_frames_total', 'direction', 'out'],
    instructionsProduced: ['elves_instructions_produced_total'],
    instructionsRead: ['elves_gateway_instructions_read_total'],
    relayed: ['elves_relay_position'],
    projected: ['elves_log_events'],
    webhookAttempts: ['elves_webhook_attempts_total'],
    cpuSeconds: ['process_cpu_seconds_total'],
  },
  gauges: {
    residentBytes: ['process_resident_memory_bytes'],
    loopDelaySeconds: ['nodejs_eventloop_lag_p99_seconds'],
    agents: ['elves_gateway_sessions'],
    tasksInFlight: ['elves_tasks_in_flight'],
    appendWaitingEvents: ['elves_append_waiting_events'],
    kafkaWaitingBytes: ['elves_kafka_waiting_bytes'],
    relayActive: ['elves_relay_active'],
    relayLag: ['elves_relay_lag'],
    subscriptions: ['elves_subscriptions'],
    projectorLagEvents: ['elves_projector_lag_events'],
    projectorLagSeconds: ['elves_projector_lag_seconds'],
  },
}

/** Reads the numbers that this process has; what it has no metric of is left out. */
export async function readWatched(
  registry: Registry,
): Promise<{ readonly counters: Record<string, number>; readonly gauges: Record<string, number> }> {
  const counters: Record<string, number> = {}
  const gauges: Record<string, number> = {}
  for (const [name, metric] of Object.entries(watched.counters)) {
    const values = await valuesOf(registry, metric)
    if (values) counters[name] = values.reduce((sum, value) => sum + value, 0)
  }
  for (const [name, metric] of Object.entries(watched.gauges)) {
    const values = await valuesOf(registry, metric)
    if (values && values.length > 0) gauges[name] = Math.max(...values)
  }
  return { counters, gauges }
}

async function valuesOf(registry: Registry, [name, label, wanted]: Watched['counters'][string]): Promise<readonly number[] | null> {
  const metric = registry.getSingleMetric(name)
  if (!metric) return null
  const { values } = await metric.get()
  return values
    .filter(({ labels }) => label === undefined || (labels as Readonly<Record<string, string>>)[label] === wanted)
    .map(({ value }) => value)
}
