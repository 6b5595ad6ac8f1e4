import { Gauge, type Registry } from 'prom-client'
import { certificatesOf, disksOf } from './host-facts.ts'

export interface HostMetricsOptions {
  readonly registry: Registry
  /** Folders whose disk is told. */
  readonly folders: readonly string[]
  /** Files of certificates, PEM, whose end is told. */
  readonly certificates: readonly string[]
}

/** Adds metrics of what the process stands on: they are looked up on each scrape. */
export function hostMetrics({ registry, folders, certificates }: HostMetricsOptions): void {
  new Gauge({
    name: 'elves_disk_free_bytes',
    help: 'Free bytes of the disk that a folder of the platform is on.',
    labelNames: ['folder'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { folder, freeBytes } of await disksOf(folders)) this.set({ folder }, freeBytes)
    },
  })
  new Gauge({
    name: 'elves_disk_bytes',
    help: 'Bytes of the disk that a folder of the platform is on.',
    labelNames: ['folder'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { folder, totalBytes } of await disksOf(folders)) this.set({ folder }, totalBytes)
    },
  })
  new Gauge({
    name: 'elves_certificate_end_timestamp_seconds',
    help: 'When a certificate of the platform ends, Unix time; of a chain the one that ends first.',
    labelNames: ['file'],
    registers: [registry],
    async collect() {
      this.reset()
      for (const { file, endsAt } of await certificatesOf(certificates)) this.set({ file }, endsAt / 1_000)
    },
  })
}
