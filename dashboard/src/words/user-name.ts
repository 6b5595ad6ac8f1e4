interface Named {
  readonly name: string
  readonly displayName: string
}

/** What people call a user. */
export function shortName({ name, displayName }: Named): string {
  return displayName || name
}

/** The same, with the name by which the user signs in where that is another one. */
export function fullName({ name, displayName }: Named): string {
  return displayName === '' || displayName === name ? name : `${displayName} (${name})`
}
