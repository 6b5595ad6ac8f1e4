import { Link } from 'react-router'
import { Offered } from '../../parts/offered.tsx'
import { useText } from '../../words/use-text.ts'

/** In a list without tasks: the way to the first one, for who may run one. */
export function RunFirst({ to }: { readonly to: string }) {
  const text = useText()
  return (
    <Offered needs="RUN" others={text('tasks.nothing')}>
      <Link to={to}>{text('tasks.first')}</Link>
    </Offered>
  )
}
