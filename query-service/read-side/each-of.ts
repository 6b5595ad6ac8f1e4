/** How many reads run at the same time: other queries need database connections, too. */
const atOnce = 4

/** Runs an asynchronous read for each item, some at the same time; returns the results in the order of the items. */
export async function eachOf<Item, Result>(items: readonly Item[], read: (item: Item) => Promise<Result>): Promise<readonly Result[]> {
  const results: Result[] = []
  let next = 0
  const work = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await read(items[index] as Item)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}
