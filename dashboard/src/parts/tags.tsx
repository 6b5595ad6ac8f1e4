import { Tag } from 'antd'

/** Names beside each other: of roles, of permissions. */
export function Tags({ names }: { readonly names: readonly string[] }) {
  return (
    <span className="tags">
      {names.map((name) => (
        <Tag key={name} variant="outlined">
          {name}
        </Tag>
      ))}
    </span>
  )
}
