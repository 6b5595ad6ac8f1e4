/** To make a format takes longer than to ask it a hundred times, and much memory; a page shows hundreds of instants by a handful of formats. */
const formats = new Map<string, Intl.DateTimeFormat>()

/** The format of a language of this page, in the browser's zone where the options name none. */
export function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', options)
  formats.set(key, made)
  return made
}
