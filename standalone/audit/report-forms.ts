import type { ReportPart, ReportText } from './report-lines.ts'

/** As plain text, in columns where they are short. */
export function plainReport({ title, about, parts }: ReportText): string {
  return [title, '='.repeat(title.length), '', ...about, '', ...parts.flatMap(plainPart)].join('\n')
}

function plainPart({ title, head, rows, none }: ReportPart): readonly string[] {
  const widths = head.map((cell, column) => Math.min(40, Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0))))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => oneLine(cell).padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  const body = rows.length === 0 ? [none] : [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)]
  return [title, '-'.repeat(title.length), '', ...body, '', '']
}

/** A name that somebody chose must not begin a line of its own. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')
}

const style = `body { font: 13px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 60em; color: #111 }
h1 { font-size: 1.5em } h2 { font-size: 1.15em; margin-top: 2em }
table { border-collapse: collapse; width: 100% } th, td { border: 1px solid #bbb; padding: 3px 6px; text-align: left; vertical-align: top; overflow-wrap: anywhere }
th { background: #f0f0f0 } tr { break-inside: avoid } thead { display: table-header-group }
@media print { body { margin: 0; max-width: none } }`

/** As a page of HTML to print: one file, no script, nothing from elsewhere. */
export function htmlReport({ title, about, parts }: ReportText, language: 'en' | 'zh'): string {
  const head = `<meta charset="utf-8"><meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">`
  return [
    `<!doctype html>\n<html lang="${language}"><head>${head}<title>${escaped(title)}</title><style>${style}</style></head><body>`,
    `<h1>${escaped(title)}</h1>`,
    ...about.map((line) => `<p>${escaped(line)}</p>`),
    ...parts.map(htmlPart),
    '</body></html>\n',
  ].join('\n')
}

function htmlPart({ title, head, rows, none }: ReportPart): string {
  const row = (cells: readonly string[], tag: 'th' | 'td') => `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`
  const table = `<table><thead>${row(head, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('\n')}</tbody></table>`
  return `<h2>${escaped(title)}</h2>\n${rows.length === 0 ? `<p>${escaped(none)}</p>` : table}`
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  return oneLine(text).replaceAll(/[&<>"']/g, (sign) => signs[sign] ?? sign)
}
