import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** Something that Prometheus would scrape. */
export interface ScrapeTarget {
  readonly job: string
  /** Base URL of its health and metrics. */
  readonly url: string
}

/** What an expression must be at one scrape. */
export interface Expectation {
  readonly expr: string
  /** Number of the scrape, from 0. */
  readonly at: number
  readonly value: number
}

/** An alert rule is evaluated every 15 s, the usual interval of Prometheus, and counts in that time. */
const intervalSeconds = 15
const scrapeTimeoutMs = 5_000

/**
 * What real services showed, scrape after scrape, as Prometheus would keep it: `up`, and what the rules look at. Faults stay until they
 * are mended, so a scrape stands for the next 15 s however soon it is taken, and a test need not wait for the minute of a rule.
 */
export class RecordedScrapes {
  readonly #targets: readonly ScrapeTarget[]
  readonly #rulesFile: string
  readonly #named: ReadonlySet<string>
  readonly #series = new Map<string, string[]>()
  #count = 0

  private constructor(targets: readonly ScrapeTarget[], rulesFile: string, named: ReadonlySet<string>) {
    this.#targets = targets
    this.#rulesFile = rulesFile
    this.#named = named
  }

  static async of(targets: readonly ScrapeTarget[], rulesFile: string): Promise<RecordedScrapes> {
    return new RecordedScrapes(targets, rulesFile, new Set((await readFile(rulesFile, 'utf8')).match(/\belves_\w+/g)))
  }

  /** Number of the last scrape. */
  get last(): number {
    return this.#count - 1
  }

  /** Scrapes all targets once. What a target does not show any more ends, as Prometheus marks it. */
  async take(): Promise<void> {
    const shown = await Promise.all(this.#targets.map((target) => this.#shownBy(target)))
    const values = new Map(shown.flat())
    for (const [name, samples] of this.#series) if (!values.has(name)) samples.push(/^(stale|_)$/.test(samples.at(-1) ?? '') ? '_' : 'stale')
    for (const [name, value] of values) {
      const samples = this.#series.get(name) ?? new Array<string>(this.#count).fill('_')
      if (samples.length === this.#count) samples.push(value)
      this.#series.set(name, samples)
    }
    this.#count += 1
  }

  /** The last values of the series whose text has all these parts. */
  now(...parts: readonly string[]): readonly number[] {
    const found = [...this.#series].filter(([name]) => parts.every((part) => name.includes(part)))
    return found.flatMap(([, samples]) => (/^(stale|_)$/.test(samples.at(-1) ?? '') ? [] : [Number(samples.at(-1))]))
  }

  /** Has promtool evaluate the rules over all scrapes, with the rules' own times; rejects with what it says if an expectation is not met. */
  async evaluated(promtool: string, file: string, expectations: readonly Expectation[]): Promise<string> {
    const input = {
      rule_files: [this.#rulesFile],
      evaluation_interval: `${intervalSeconds}s`,
      tests: [
        {
          interval: `${intervalSeconds}s`,
          input_series: [...this.#series].map(([series, samples]) => ({ series, values: samples.join(' ') })),
          promql_expr_test: expectations.map(({ expr, at, value }) => ({
            expr,
            eval_time: `${at * intervalSeconds}s`,
            exp_samples: [{ labels: '{}', value }],
          })),
        },
      ],
    }
    // JSON is YAML.
    await writeFile(file, JSON.stringify(input))
    const { stdout } = await promisify(execFile)(promtool, ['test', 'rules', file], { maxBuffer: 16 * 1024 * 1024 })
    return stdout
  }

  async #shownBy({ job, url }: ScrapeTarget): Promise<readonly (readonly [string, string])[]> {
    const labels = `job="${job}",instance="${new URL(url).host}"`
    try {
      const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(scrapeTimeoutMs) })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`${answer.status}`)
      const shown = text.split('\n').flatMap((line) => {
        const [, name = '', own = '', value = ''] = /^(elves_\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
        return this.#named.has(name) ? [[`${name}{${own === '' ? '' : `${own},`}${labels}}`, value] as const] : []
      })
      return [[`up{${labels}}`, '1'], ...shown]
    } catch {
      return [[`up{${labels}}`, '0']]
    }
  }
}
