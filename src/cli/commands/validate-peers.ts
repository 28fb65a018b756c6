import { detectFormats } from '../../registry/detect.ts'
import type { VfioUserDirection } from '../../vfio/index.ts'
import { plainHead } from '../plain-source.ts'
import { openSource } from '../source.ts'
import type { Task } from './validate-file.ts'

// Names of files that hold one direction of a connection: NAME.c2s.EXT and NAME.s2c.EXT belong together.

const NAME = /^(.*[^/\\])\.(c2s|s2c)\.([^/\\]+)$/s
const OTHER = { c2s: 's2c', s2c: 'c2s' } as const

/** Which way the messages in a file of this name go; undefined where the name does not say. */
export function directionOf(path: string): VfioUserDirection | undefined {
  const [, , way] = NAME.exec(path) ?? []
  if (way === undefined) return undefined
  return way === 'c2s' ? 'client-to-server' : 'server-to-client'
}

/** The tasks, each direction of a connection with the path of the other where both are among them. */
export function withPeers(tasks: readonly Task[]): Task[] {
  const paths = new Set(tasks.map(({ path }) => path))
  return tasks.map((task) => {
    const peer = peerOf(task.path)
    return peer !== undefined && paths.has(peer) ? { ...task, peer } : task
  })
}

function peerOf(path: string): string | undefined {
  const [, name, way, extension] = NAME.exec(path) ?? []
  return way === undefined ? undefined : `${name}.${OTHER[way as keyof typeof OTHER]}.${extension}`
}

// Connections of one migration, in the order in which they came: NAME.chN.EXT, of which one is the main stream, or
// NAME.chanN.EXT beside a main stream NAME.EXT. Which one is the main one is told by its content.

const CONNECTION = /^(.*[^/\\])\.ch(?:an)?\d{1,3}\.([^/\\]+)$/s
const OTHERWISE = /^(.*[^/\\])\.[^./\\]+$/s
const GZIP = /\.gz$/i
const [MAIN, CHANNEL] = ['qemu-migration', 'qemu-multifd-channel']

/** The tasks, those of the connections of one migration as one: that of the main stream, with its multifd channels. */
export async function withChannels(tasks: readonly Task[]): Promise<Task[]> {
  const groups = new Map<string, { readonly name: string; readonly members: Task[] }>()
  const others = new Map<string, Task[]>()
  for (const task of tasks) {
    if (task.problem !== undefined) continue
    const plain = task.path.replace(GZIP, '')
    const [, name, extension] = CONNECTION.exec(plain) ?? []
    if (name === undefined) listed(others, OTHERWISE.exec(plain)?.[1] ?? plain).push(task)
    else {
      const key = `${name}\0${extension}`
      const group = groups.get(key) ?? { name, members: [] }
      groups.set(key, group)
      group.members.push(task)
    }
  }
  const mains = new Map<Task, readonly string[]>()
  const taken = new Set<Task>()
  for (const { name, members } of groups.values()) {
    const formats = await formatsOf(members)
    const channels = members.filter((_, index) => formats[index] === CHANNEL)
    if (channels.length === 0) continue
    const inside = members.filter((_, index) => formats[index] === MAIN)
    const [main, another] = inside.length > 0 ? inside : await streamsOf(others.get(name) ?? [])
    if (main === undefined || another !== undefined || mains.has(main)) continue
    // One that is named twice is one channel.
    mains.set(main, [...new Set(channels.map(({ path }) => path))])
    for (const channel of channels) taken.add(channel)
  }
  return tasks.flatMap((task) => {
    const channels = mains.get(task)
    if (channels !== undefined) return [{ ...task, channels }]
    return taken.has(task) ? [] : [task]
  })
}

function listed<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

const formatsOf = (tasks: readonly Task[]) => Promise.all(tasks.map(({ path }) => formatOf(path)))

async function streamsOf(tasks: readonly Task[]): Promise<Task[]> {
  const formats = await formatsOf(tasks)
  return tasks.filter((_, index) => formats[index] === MAIN)
}

/** Format of a file by its first bytes; undefined where it cannot be read, of which its own entry tells. */
async function formatOf(path: string): Promise<string | undefined> {
  try {
    const source = await openSource(path)
    try {
      return detectFormats(await plainHead(source))[0]?.format.name
    } finally {
      source.close()
    }
  } catch {
    return undefined
  }
}
