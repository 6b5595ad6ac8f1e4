import type { TestPlatform } from './platform.ts'

/** The address of one instance of each service. */
export function serviceAddresses(platform: TestPlatform): Record<string, string> {
  const ready = platform.ready()
  if (!('instances' in ready)) return { standalone: ready.url }
  const instances = ready.instances as Record<string, readonly string[]>
  return Object.fromEntries(Object.entries(instances).map(([service, [url = '']]) => [service, url]))
}
