import { restErrors } from '@elves/query-service/rest-v2/answers.ts'
import { codesOfModules, type Endpoint } from '@elves/query-service/rest-v2/endpoint.ts'
import { type Endpoints, refusalsOf, signatureParameters } from '@elves/query-service/rest-v2/openapi.ts'

/** Makes docs/reference/rest-v2.md of the descriptions by which the endpoints are served. */
export function restPage(endpoints: Endpoints): string {
  const sections = [...Map.groupBy(endpoints, ([, endpoint]) => endpoint)].map(([endpoint, entries]) => {
    return section(
      entries.map(([path]) => path),
      endpoint,
    )
  })
  return `${intro}\n\n${sections.join('\n\n')}\n`
}

const intro = `# REST v2

Generated from the endpoints of query-service by \`npm run generate\`; do not edit.

What scripts of Elves 0.1.x call, at \`/api/v2\`, by GET or POST. [The contract](../contracts/rest-v2.md) says how a request is signed and what 0.1.x promised. A running platform has the same as an OpenAPI 3.1 document at \`/api/v2/openapi.json\`, and a page to read it at \`/api/v2/docs\`.

Every answer has the envelope \`{"flag","error","result"}\`, with HTTP 200; only an address where nothing is answers 404, in the envelope too.

- A form is \`application/x-www-form-urlencoded\`, whatever follows it in \`Content-Type\`. A body of any other type, or of none, has no parameters; those of the address count. A parameter that is there more than once has its last value; the body comes after the address.
- Text is UTF-8. A parameter in other bytes (GBK, say) is refused before the signature, which is over UTF-8, with the code of that parameter: \`[403.2]Request Params (param) Illegal: ENCODING_INVALID, the value is not UTF-8\`. \`401.2\` is the code for \`auth_id\`, \`401.3\` for \`sign_type\`, \`401.8\` for \`timestamp\`, \`401.5\` for parameters that have none.
- Parameters are checked in the order below, and parameters with another name are ignored, but signed. A module that is not there, or is switched off ([components](../guides/components.md)), answers 402.x once the signature is good.
- Each endpoint also takes ${Object.keys(signatureParameters)
  .map((name) => `\`${name}\``)
  .join(', ')}, and can answer 401.x, 413.1 and 500.`

function section(paths: readonly string[], endpoint: Endpoint): string {
  const { summary, note, parameters, result, module } = endpoint
  const rows = Object.entries(parameters).map(
    ([name, { isNeeded, meaning, code }]) =>
      `| \`${name}\` | ${isNeeded ? 'yes' : 'no'} | ${meaning.replaceAll('|', String.raw`\|`)} | ${code ?? ''} |`,
  )
  const table =
    rows.length === 0
      ? 'It takes no parameters of its own.'
      : ['| parameter | needed | meaning | refused as |', '| --- | --- | --- | --- |', ...rows].join('\n')
  const others = refusalsOf(endpoint).filter((code) => endpoint.refusals.includes(code) || (module && codesOfModules[module] === code))
  const refused = others.length === 0 ? '' : `Also refused as ${others.map((code) => `\`[${code}]${restErrors[code]}\``).join(', ')}. `
  const answered = result ? `Result: \`${shape(result)}\`` : 'No result.'
  return `## ${paths.map((path) => `\`${path}\``).join(', ')}\n\n${summary}.${note === undefined ? '' : ` ${note}`}\n\n${table}\n\n${refused}${answered}`
}

interface Shape {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Shape>>
  readonly items?: Shape
  readonly additionalProperties?: Shape | boolean
  readonly enum?: readonly unknown[]
}

/** The names and types of a result, short. */
function shape({ type, properties, items, additionalProperties, enum: values }: Shape): string {
  if (properties)
    return `{${Object.entries(properties)
      .map(([name, each]) => `"${name}": ${shape(each)}`)
      .join(', ')}}`
  if (items) return `[${shape(items)}]`
  if (typeof additionalProperties === 'object') return `{ID: ${shape(additionalProperties)}}`
  if (values) return values.map((value) => JSON.stringify(value)).join(' or ')
  return type ?? 'object or ""'
}
