import type { Caller } from '@elves/core/command-api/command.ts'
import { selectableOf } from '@elves/core/read-models/agents/agent-view.ts'
import type { AgentListing } from '@elves/core/read-models/agents/queries.ts'
import { schedulesReadModel } from '@elves/core/read-models/schedules/index.ts'
import { doneAnswer, refusedAnswer, restRefusal } from '../rest-v2/answers.ts'
import { endpoint, objectSchema, type RestServices } from '../rest-v2/endpoint.ts'
import { optionalParameter } from '../rest-v2/parameter.ts'
import { readableOf, whoMayReadCrons } from '../rest-v2/readable.ts'
import { dateSchema, dateText } from '../rest-v2/server-time.ts'
import { ipParameter } from '../rest-v2/task-parameters.ts'

const pageSize = 500

/** `/api/v2/info/agents`: those that the auth id may run anything on. The one configured pair of the simple mode may use all. */
export const infoAgents = endpoint(
  {
    summary: 'The addresses of the agents that this auth id may use',
    note: 'Connected or not, in the order in which they first came.',
    needs: ['RUN'],
    parameters: {},
    refusals: [],
    result: { type: 'array', items: { type: 'string', format: 'ipv4' } },
  },
  async (services, caller) => doneAnswer(await addresses(services, caller)),
)

/** `/api/v2/info/agents/detail` */
export const infoAgentDetail = endpoint(
  {
    summary: 'One agent: its name, and when it was last heard of',
    note: 'The time is in the time zone of the server, and empty where the agent was never heard of.',
    // RUN for its ip, which the signature check asks; the crons are those that `cron/detail` tells of.
    needs: ['RUN'],
    parameters: {
      ip: ipParameter,
      showcron: optionalParameter('`true`, in any case: with the ids of its crons: `cron_list` and `own_cron_list`.', 'true'),
    },
    refusals: ['414.1'],
    result: objectSchema(
      {
        ip: { type: 'string', format: 'ipv4' },
        asset: { type: 'string', description: 'The display name of the agent.' },
        last_hb_time: dateSchema,
        cron_list: {
          type: 'array',
          items: { type: 'string' },
          description: 'Only with `showcron`: the crons of the center that were not deleted, as `cron/*` takes them.',
        },
        own_cron_list: {
          type: 'array',
          items: { type: 'string' },
          description: 'Only with `showcron`: the keys of its own cron.json. The agent chooses them: no endpoint takes them.',
        },
      },
      ['ip', 'asset', 'last_hb_time'],
    ),
  },
  async (services, caller, { ip, showcron }) => {
    await services.readPosition.reached(await services.commands.head(), ['agents', 'schedules'])
    const agent = await services.readModels.agent(ip)
    if (!agent) return refusedAnswer(restRefusal('414.1'))
    const { id, facts, crons, lastSeenAt } = agent
    const detail = { ip, asset: facts.name, last_hb_time: lastSeenAt === null ? '' : dateText(lastSeenAt, services.timeZone) }
    if (showcron?.toLowerCase() !== 'true') return doneAnswer(detail)
    return doneAnswer({ ...detail, cron_list: await cronsOf(services, caller, [id, ip]), own_cron_list: crons?.crons.map((cron) => cron.id) ?? [] })
  },
)

async function addresses({ access, commands, readModels, readPosition }: RestServices, caller: Caller): Promise<readonly string[]> {
  await readPosition.reached(await commands.head(), ['agents'])
  const agents = await all((after) => readModels.agents({}, { first: pageSize, after }))
  const subject = access.subjectOf(caller)
  const isUsable = async (agent: AgentListing) => !subject || access.may(subject, 'RUN', { agent: { name: agent.ip, known: selectableOf(agent) } })
  const usable = await Promise.all(agents.map(async (agent) => ((await isUsable(agent)) ? agent.ip : '')))
  return usable.filter((ip) => ip !== '')
}

async function cronsOf(services: RestServices, caller: Caller, agents: readonly string[]): Promise<readonly string[]> {
  const schedules = await all((after) => services.readModels.of(schedulesReadModel).list({ agents }, { first: pageSize, after }))
  const readable = await readableOf(
    services,
    caller,
    whoMayReadCrons,
    schedules.map(({ id, settings }) => ({ id, ...settings })),
  )
  return readable.map(({ id }) => id)
}

interface RestPage<Node> {
  readonly edges: readonly { readonly node: Node }[]
  readonly unreadable: readonly Error[]
  readonly hasNextPage: boolean
  readonly endCursor: string | null
}

/** Returns what all pages of a list have, the oldest first. */
async function all<Node>(pageAfter: (after: string | null) => Promise<RestPage<Node>>): Promise<readonly Node[]> {
  const found: Node[] = []
  for (let after: string | null = null; ; ) {
    const page: RestPage<Node> = await pageAfter(after)
    const [unreadable] = page.unreadable
    if (unreadable) throw unreadable
    found.push(...page.edges.map(({ node }) => node))
    if (!page.hasNextPage || page.endCursor === null) return found.reverse()
    after = page.endCursor
  }
}
