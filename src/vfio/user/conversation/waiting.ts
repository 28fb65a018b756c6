import type { VfioUserHeader } from '../header.ts'

type Command = VfioUserHeader['command']

/** Commands of one direction that wait for their replies. Each step takes the same time however many there are. */
export class Waiting<T> {
  private readonly byId = new Map<number, Map<Command, Queue<T>>>()

  has(id: number, command: Command): boolean {
    return this.byId.get(id)?.has(command) ?? false
  }

  /** The kind of command that waits with an ID; undefined where none does. */
  kindOf(id: number): Command | undefined {
    return this.byId.get(id)?.keys().next().value
  }

  add(id: number, command: Command, item: T): void {
    let queues = this.byId.get(id)
    if (queues === undefined) {
      queues = new Map()
      this.byId.set(id, queues)
    }
    const queue = queues.get(command)
    if (queue === undefined) queues.set(command, { items: [item], head: 0 })
    else queue.items.push(item)
  }

  /** Takes the oldest with an ID: of the command where there is one, else of another. */
  take(id: number, command: Command): T | undefined {
    const queues = this.byId.get(id)
    const kind = queues?.has(command) ? command : this.kindOf(id)
    const queue = kind === undefined ? undefined : queues?.get(kind)
    if (queues === undefined || queue === undefined || kind === undefined) return undefined
    const item = queue.items[queue.head]
    queue.head += 1
    if (queue.head === queue.items.length) {
      queues.delete(kind)
      if (queues.size === 0) this.byId.delete(id)
    } else if (2 * queue.head > queue.items.length) {
      queue.items.splice(0, queue.head)
      queue.head = 0
    }
    return item
  }

  /** All that wait. */
  all(): T[] {
    return [...this.byId.values()].flatMap((queues) =>
      [...queues.values()].flatMap(({ items, head }) => items.slice(head)),
    )
  }
}

interface Queue<T> {
  readonly items: T[]
  /** Of the items, those before it were taken. */
  head: number
}
