import type { Doors } from './ready-file.ts'

export interface Places {
  readonly dataDir: string
  readonly appsDir: string
  readonly logFile: string
  /** True if the dashboard is served. */
  readonly hasDashboard: boolean
  /** True if /graphiql is served. */
  readonly hasGraphiql: boolean
  readonly notes: readonly string[]
}

/** The text that a person reads after `npm start` or `npm run cluster`. The calls in it can be copied and run at any later time. */
export function startMessage(ready: Doors, places: Places, more: readonly (readonly [label: string, text: string])[] = []): string {
  const lines = [
    '',
    'Elves is ready.',
    '',
    openLine(ready, places),
    `  GraphQL        ${ready.graphqlUrl}   (subscriptions: ${ready.subscriptionsUrl})`,
    ...(places.hasGraphiql ? [`  GraphiQL       ${ready.url}/graphiql   (try it in a browser)`] : []),
    `  REST v2        ${ready.url}/api/v2/rt/exec`,
    `  health         ${ready.url}/readyz, ${ready.url}/metrics`,
    ...ready.agents.map(({ id, ip }) => `  agent          ${ip} (${id})`),
    ...more.map(([label, text]) => `  ${label.padEnd(14)} ${text}`),
    `  data           ${places.dataDir}`,
    `  apps           ${places.appsDir}   (drop a folder in: it works at once)`,
    `  log            ${places.logFile}`,
    ...places.notes.map((note) => `  note           ${note}`),
    '',
    'Run a task over GraphQL:',
    '',
    graphqlCall(ready),
    '',
    'The same over REST v2, signed when you paste it:',
    '',
    restCall(ready),
    '',
    'Ctrl-C stops everything; the history stays.',
    '',
  ]
  return lines.join('\n')
}

function openLine({ url, token, adminPassword }: Doors, { hasDashboard }: Places): string {
  const page = hasDashboard ? ': the dashboard' : ''
  if (adminPassword === undefined && token === '') return `  open           ${url}/   (sign in${page})`
  if (adminPassword === undefined) return `  open           ${url}/?token=${token}   (signs a browser in${page})`
  return `  open           ${url}/   (the first time as admin with ${adminPassword}, to be changed then${page})`
}

/** A curl call of the mutation runTask. */
export function graphqlCall({ graphqlUrl, token, agents }: Doors): string {
  const input = `{agent: "${agents[0]?.ip}", app: "apptest", func: "helloword"}`
  const query = `mutation { runTask(input: ${input}) { task { id state result { message } history { nodes { type recordedAt } } } refusal { code message } } }`
  return `curl -s ${graphqlUrl} -H ${token === '' ? '"authorization: Bearer $TOKEN"' : `'authorization: Bearer ${token}'`} -H 'content-type: application/json' -d '${JSON.stringify({ query })}'`
}

/** A curl call that takes the time and signs when it is run, because a signature is valid for only 180 s. */
export function restCall({ url, authId, authKey, agents }: Doors, platform: NodeJS.Platform = process.platform): string {
  const path = '/api/v2/rt/exec'
  const md5 = platform === 'darwin' ? 'md5' : 'md5sum | cut -c1-32'
  return [
    `Q="app=apptest&auth_id=${authId}&func=helloword&ip=${agents[0]?.ip}&timestamp=$(date +%s)"`,
    `curl -s "${url}${path}?$Q&sign_type=md5&sign=$(printf %s "${path}?\${Q}${authKey}" | ${md5})"`,
  ].join('; ')
}
