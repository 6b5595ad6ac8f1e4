import type { Labels } from '../../domain/labels.ts'
import type { AgentView } from './agent-view.ts'

/** Where labels of an agent come from, what counts least first. */
export type LabelSource = 'AGENT' | 'JOIN_TOKEN' | 'INVENTORY' | 'USER'

/** What one source says of a label. */
export interface SaidLabel {
  readonly source: LabelSource
  /** Name of the inventory source, where it is one. */
  readonly inventory?: string
  readonly value: string
}

/** A label: who says what counts, and what others say, which does not; of those what would count next comes first. */
export interface SourcedLabel extends SaidLabel {
  readonly overridden: readonly SaidLabel[]
}

type Labelled = Pick<AgentView, 'facts' | 'enrolment'>

interface SaidLabels extends Omit<SaidLabel, 'value'> {
  readonly labels: Labels
}

/** All that is said of its labels, what counts least first. Of several inventory sources the first by name counts most. */
function saidOf({ facts, enrolment }: Labelled): readonly SaidLabels[] {
  const inventories = Object.entries(enrolment.inventoryLabels).sort(([one], [other]) => (one < other ? 1 : -1))
  return [
    { source: 'AGENT', labels: facts.labels },
    { source: 'JOIN_TOKEN', labels: enrolment.tokenLabels },
    ...inventories.map(([inventory, labels]) => ({ source: 'INVENTORY' as const, inventory, labels })),
    { source: 'USER', labels: enrolment.givenLabels },
  ]
}

/** Returns the labels of an agent. What people say counts most, then inventories, its join token, and what it says of itself. */
export function labelsOf(agent: Labelled): Labels {
  return Object.assign({}, ...saidOf(agent).map(({ labels }) => labels))
}

/** Returns each label with its source. */
export function labelSourcesOf(agent: Labelled): Readonly<Record<string, SourcedLabel>> {
  const byName = new Map<string, SourcedLabel>()
  for (const { labels, ...from } of saidOf(agent)) {
    for (const [name, value] of Object.entries(labels)) byName.set(name, { ...from, value, overridden: overriddenBy(byName.get(name)) })
  }
  return Object.fromEntries(byName)
}

function overriddenBy(before: SourcedLabel | undefined): readonly SaidLabel[] {
  if (!before) return []
  const { overridden, ...said } = before
  return [said, ...overridden]
}
